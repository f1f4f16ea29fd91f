/** The reservation while it is paid beside the video: its time, the payment page, the ways out. */
import type { ServerClock } from "../../lib/time";
import type { Checkout, EmbeddedCheckout } from "../../lib/types";
import { HeldClock } from "./HeldClock";
import { PaySlot } from "./PaySlot";
import { purchaseTexts } from "./texts";

export type EmbeddedViewProps = {
  checkout: Checkout;
  embedded: EmbeddedCheckout;
  clock: ServerClock;
  isExisting: boolean;
  isBusy: boolean;
  onDone: () => void;
  onElsewhere: () => void;
  onGiveUp: () => void;
};

export function EmbeddedView(props: EmbeddedViewProps) {
  const { checkout, isBusy, onElsewhere } = props;
  const text = purchaseTexts.value;
  return (
    <div class="embedded-view">
      {props.isExisting && <p class="note">{text.existingHeld}</p>}
      <HeldClock checkout={checkout} clock={props.clock} />
      <PaySlot embedded={props.embedded} onDone={props.onDone} onElsewhere={onElsewhere} />
      <div class="embedded-ways">
        <button
          type="button"
          class="button is-quiet is-elsewhere"
          disabled={isBusy}
          onClick={onElsewhere}
        >
          {text.payElsewhere}
        </button>
        <button type="button" class="button is-quiet" disabled={isBusy} onClick={props.onGiveUp}>
          {text.release}
        </button>
      </div>
    </div>
  );
}
