import type { OrderTexts } from "../i18n/order.en";
import { formatMoney, multiply } from "../lib/money";
import type { BuyerOrder, Money } from "../lib/types";
import { lang } from "../ui/lang";

/** What was bought, as on a receipt. */
export function OrderItems({ order, text }: { order: BuyerOrder; text: OrderTexts }) {
  const { subtotal, shipping, discount, tax, refunded } = order;
  const money = (value: Money) => formatMoney(value, lang.value);
  return (
    <section class="order-card">
      <h2>{text.items}</h2>
      <ul class="order-items">
        {order.lines.map((line) => (
          <li key={line.variant_id}>
            <span class="numeric">{line.units} ×</span>
            <span class="order-item">
              {line.title}
              {line.variant_title !== "" && <small>{line.variant_title}</small>}
            </span>
            <span class="numeric">{money(multiply(line.unit_amount, line.units))}</span>
          </li>
        ))}
        {(shipping !== null || discount.amount > 0) && (
          <li class="order-part is-first">
            <span class="order-item">{text.subtotal}</span>
            <span class="numeric">{money(subtotal)}</span>
          </li>
        )}
        {shipping !== null && (
          <li class="order-part">
            <span class="order-item">
              {text.shipping}
              {shipping.method !== null && <small>{shipping.method}</small>}
            </span>
            <span class="numeric">{money(shipping.price)}</span>
          </li>
        )}
        {discount.amount > 0 && (
          <li class="order-part">
            <span class="order-item">{text.discount}</span>
            <span class="numeric">{money(multiply(discount, -1))}</span>
          </li>
        )}
        <li class="order-total">
          <span class="order-item">{text.total}</span>
          <strong class="numeric">{money(order.total)}</strong>
        </li>
        {refunded.amount > 0 && (
          <li class="order-part">
            <span class="order-item">{text.refunded}</span>
            <span class="numeric">{money(multiply(refunded, -1))}</span>
          </li>
        )}
        {tax.amount > 0 && (
          <li class="order-part is-soft">
            <span class="order-item">{text.tax}</span>
            <span class="numeric">{money(tax)}</span>
          </li>
        )}
      </ul>
    </section>
  );
}
