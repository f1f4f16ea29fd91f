import type { OrderTexts } from "../i18n/order.en";
import { formatMoney, multiply } from "../lib/money";
import type { BuyerOrder } from "../lib/types";
import { lang } from "../ui/lang";

/** What was bought, as on a receipt. */
export function OrderItems({ order, text }: { order: BuyerOrder; text: OrderTexts }) {
  const beside = {
    amount: order.total.amount - order.subtotal.amount,
    currency: order.total.currency,
  };
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
            <span class="numeric">
              {formatMoney(multiply(line.unit_amount, line.units), lang.value)}
            </span>
          </li>
        ))}
        {beside.amount !== 0 && (
          <li>
            <span class="order-item">{text.beside}</span>
            <span class="numeric">{formatMoney(beside, lang.value)}</span>
          </li>
        )}
        <li class="order-total">
          <span class="order-item">{text.total}</span>
          <strong class="numeric">{formatMoney(order.total, lang.value)}</strong>
        </li>
      </ul>
    </section>
  );
}
