import type { Order } from "../../lib/types";
import { lang } from "../../ui/lang";
import { dateTime, t } from "../texts";
import { deliveryText } from "./deliveryText";

type Props = { order: Order; isChosen: boolean; onToggle: () => void };

/** One order to be packed: what goes in, for whom, with boxes to tick on paper. */
export function PackingSlip({ order, isChosen, onToggle }: Props) {
  const { orders } = t();
  const delivery = deliveryText(order, lang.value);
  return (
    <li class={isChosen ? "slip" : "slip is-left"}>
      <header class="slip__head">
        <label class="slip__choice">
          <input type="checkbox" checked={isChosen} onChange={onToggle} />
          <span class="slip__number">{orders.title1(order.number)}</span>
        </label>
        <span class="is-soft">{orders.paidAt(dateTime(order.paid_at ?? order.created_at))}</span>
      </header>
      {order.is_test && <p class="slip__test">{orders.doNotSend}</p>}
      {delivery === null ? (
        <p class="slip__buyer">{order.buyer_name ?? orders.unknownBuyer}</p>
      ) : (
        <address class="slip__address">
          <strong class="slip__buyer">{delivery.name ?? orders.unknownBuyer}</strong>
          {delivery.address.map((line) => (
            <span key={line}>{line}</span>
          ))}
          {delivery.phone !== null && <span>{delivery.phone}</span>}
        </address>
      )}
      {order.shipping?.method && <p class="is-soft">{orders.shippingBy(order.shipping.method)}</p>}
      <ul class="slip__lines">
        {order.lines.map((line) => (
          <li key={line.variant_id}>
            <span class="slip__box" aria-hidden="true" />
            <strong class="numeric">{orders.units(line.units)}</strong>
            <span>
              {line.title}
              {line.variant_title !== "" && `, ${line.variant_title}`}
            </span>
            <span class="slip__sku">{line.sku !== null && orders.sku(line.sku)}</span>
          </li>
        ))}
      </ul>
    </li>
  );
}
