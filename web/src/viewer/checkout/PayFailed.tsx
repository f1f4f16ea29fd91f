/** What is said and can be done where the page beside the video cannot be shown. */
import { purchaseTexts } from "./texts";

export function PayFailed({ onElsewhere }: { onElsewhere: () => void }) {
  const text = purchaseTexts.value;
  return (
    <div class="pay-failed">
      <p class="note" role="alert">
        {text.payFormFailed}
      </p>
      <button type="button" class="button is-primary is-wide is-buy" onClick={onElsewhere}>
        {text.payElsewhere}
      </button>
    </div>
  );
}
