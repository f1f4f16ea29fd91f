import type { OrderSummary } from "../../lib/types";
import { dateTime, t } from "../texts";

type Props = { order: OrderSummary; isChosen: boolean; onToggle: () => void };

/** One order to be packed: what goes in, for whom, with boxes to tick on paper. */
export function PackingSlip({ order, isChosen, onToggle }: Props) {
  const { orders } = t();
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
      <p class="slip__buyer">{order.buyer_name ?? orders.unknownBuyer}</p>
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
