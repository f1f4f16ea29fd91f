/** The way on once a purchase ended: what came to nothing can be tried again. */
import type { Checkout, OrderLine } from "../../lib/types";
import { isLapsed } from "../store/checkout";
import { purchaseTexts } from "./texts";

type Props = {
  checkout: Checkout | null;
  /** Takes what was not bought back into the bag. */
  onPutBack: (lines: OrderLine[]) => void;
  onClose: () => void;
};

export function EndFoot({ checkout, onPutBack, onClose }: Props) {
  const text = purchaseTexts.value;
  const canPutBack = checkout !== null && isLapsed(checkout.status);
  return (
    <div class="buy-foot">
      {canPutBack && (
        <button
          type="button"
          class="button is-primary is-wide is-buy"
          onClick={() => onPutBack(checkout.lines)}
        >
          {text.putBack}
        </button>
      )}
      <button
        type="button"
        class={canPutBack ? "button is-wide" : "button is-primary is-wide is-buy"}
        onClick={onClose}
      >
        {text.backToShow}
      </button>
    </div>
  );
}
