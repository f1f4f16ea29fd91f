/** The purchase beside the show: reserved, paid, lapsed, and what can be done in each case. */
import type { ApiProblem } from "../../lib/problem";
import type { ServerClock } from "../../lib/time";
import type { Checkout, OrderLine } from "../../lib/types";
import { problemText } from "../../ui/lang";
import { Sheet } from "../../ui/Sheet";
import { isLapsed } from "../store/checkout";
import { texts } from "../texts";
import { HeldFoot, HeldView } from "./HeldView";
import { OutcomeView } from "./OutcomeView";
import { outcomeOf } from "./outcome";

type Props = {
  checkout: Checkout | null;
  clock: ServerClock;
  isOpen: boolean;
  isBusy: boolean;
  isExisting: boolean;
  isGivenUp: boolean;
  problem: ApiProblem | null;
  onGiveUp: () => void;
  /** Takes what was not bought back into the bag. */
  onPutBack: (lines: OrderLine[]) => void;
  onClose: () => void;
};

export function CheckoutSheet(props: Props) {
  const { checkout, isOpen, isBusy, problem, onGiveUp, onClose } = props;
  const text = texts.value;
  const outcome = checkout && outcomeOf(checkout, props.isGivenUp, text);
  const footer =
    checkout && !outcome ? (
      <HeldFoot checkout={checkout} isBusy={isBusy} onGiveUp={onGiveUp} />
    ) : (
      <EndFoot checkout={checkout} onPutBack={props.onPutBack} onClose={onClose} />
    );
  return (
    <Sheet title={text.checkout} isOpen={isOpen} onClose={onClose} footer={footer}>
      {problem && (
        <p class="note is-bad" role="alert">
          {checkout ? problemText(problem) : text.checkoutGone}
        </p>
      )}
      {checkout && !outcome && (
        <HeldView checkout={checkout} clock={props.clock} isExisting={props.isExisting} />
      )}
      {checkout && outcome && <OutcomeView checkout={checkout} outcome={outcome} />}
      {!checkout && !problem && (
        <p class="preparing">
          <span class="spinner" />
        </p>
      )}
    </Sheet>
  );
}

type EndProps = Pick<Props, "checkout" | "onPutBack" | "onClose">;

/** The way on once it ended: what came to nothing can be tried again. */
function EndFoot({ checkout, onPutBack, onClose }: EndProps) {
  const text = texts.value;
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
