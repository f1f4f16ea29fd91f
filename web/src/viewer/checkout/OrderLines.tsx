/** What is being bought, line by line, and the total. */
import { formatMoney, multiply } from "../../lib/money";
import type { Checkout } from "../../lib/types";
import { lang } from "../../ui/lang";
import { isSettled } from "../store/checkout";
import { purchaseTexts } from "./texts";

export function OrderLines({ checkout }: { checkout: Checkout }) {
  const text = purchaseTexts.value;
  const { subtotal, total } = checkout;
  const beside = { ...total, amount: total.amount - subtotal.amount };
  const isShippingOpen = checkout.delivers_to.length > 0 && !isSettled(checkout.status);
  return (
    <dl class="order-lines">
      {checkout.lines.map((line) => (
        <div key={line.variant_id}>
          <dt>
            {text.lineUnits(line.units, line.title)}
            {line.variant_title && <span class="hint">{line.variant_title}</span>}
          </dt>
          <dd class="numeric">{formatMoney(multiply(line.unit_amount, line.units), lang.value)}</dd>
        </div>
      ))}
      {beside.amount !== 0 && (
        <div>
          <dt>{text.shippingAndDiscounts}</dt>
          <dd class="numeric">{formatMoney(beside, lang.value)}</dd>
        </div>
      )}
      <div class="order-total">
        <dt>
          {text.total}
          {isShippingOpen && <span class="hint">{text.plusShipping}</span>}
        </dt>
        <dd class="numeric">{formatMoney(total, lang.value)}</dd>
      </div>
    </dl>
  );
}
