import type { Order } from "../../lib/types";
import { lang } from "../../ui/lang";
import { Icon } from "../components/Icon";
import { copyText } from "../copy";
import { t } from "../texts";
import { asPlainText, deliveryText } from "./deliveryText";

/** Where the parcel goes, to be read and to be copied. */
export function OrderDelivery({ order }: { order: Order }) {
  const { orders } = t();
  const text = deliveryText(order, lang.value);
  if (text === null) return null;
  return (
    <section class="panel">
      <div class="panel__head">
        <h2 class="panel__title">{orders.delivery}</h2>
        <button
          type="button"
          class="button is-small"
          onClick={() => copyText(asPlainText(text), orders.deliveryCopied)}
        >
          <Icon name="copy" />
          {orders.copyDelivery}
        </button>
      </div>
      <address class="delivery">
        <strong>{text.name ?? orders.unknownBuyer}</strong>
        {text.address.map((line) => (
          <span key={line}>{line}</span>
        ))}
        {text.phone !== null && <a href={`tel:${text.phone}`}>{text.phone}</a>}
      </address>
      {order.shipping?.method && (
        <p class="panel__text">{orders.shippingBy(order.shipping.method)}</p>
      )}
    </section>
  );
}
