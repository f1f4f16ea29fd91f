/** How a purchase ended, or what it waits for. */
import type { Checkout } from "../../lib/types";
import { Icon } from "../../ui/Icon";
import { OrderLines } from "./OrderLines";
import type { Outcome } from "./outcome";
import { purchaseTexts } from "./texts";

export function OutcomeView({ checkout, outcome }: { checkout: Checkout; outcome: Outcome }) {
  const isGood = outcome.tone === "good";
  return (
    <div class={`checkout-view outcome is-${outcome.tone}`}>
      <div class="outcome-mark">
        {outcome.tone === "busy" ? <span class="spinner" /> : <Icon name={outcome.icon} />}
      </div>
      <div role="status">
        <p class="outcome-title">{outcome.title}</p>
        <p>{outcome.text}</p>
      </div>
      {isGood && !checkout.is_test && <p class="hint">{purchaseTexts.value.paidMail}</p>}
      {isGood && <OrderLines checkout={checkout} />}
      {isGood && (
        <a class="button" href={checkout.order_url} target="_blank" rel="noopener">
          {purchaseTexts.value.orderPage}
        </a>
      )}
    </div>
  );
}
