/** The purchase beside the show: reserved, paid, lapsed, and what can be done in each case. */
import { useState } from "preact/hooks";
import type { ApiProblem } from "../../lib/problem";
import type { ServerClock } from "../../lib/time";
import type { Checkout, OrderLine } from "../../lib/types";
import { problemText } from "../../ui/lang";
import { Sheet } from "../../ui/Sheet";
import { tick } from "../../ui/tick";
import { SellerLinks } from "../rights/SellerLinks";
import { EmbeddedView } from "./EmbeddedView";
import { EndFoot } from "./EndFoot";
import { HeldFoot, HeldView } from "./HeldView";
import { OutcomeView } from "./OutcomeView";
import { type Outcome, outcomeOf } from "./outcome";
import { purchaseTexts } from "./texts";

type Props = {
  checkout: Checkout | null;
  clock: ServerClock;
  isOpen: boolean;
  isBusy: boolean;
  isExisting: boolean;
  isGivenUp: boolean;
  problem: ApiProblem | null;
  /** The payment page says that the buyer is done. */
  onDone: () => void;
  /** The buyer wants to, or has to, pay in a tab of its own. */
  onElsewhere: () => void;
  onGiveUp: () => void;
  /** Takes what was not bought back into the bag. */
  onPutBack: (lines: OrderLine[]) => void;
  onClose: () => void;
  /** URL part of the shop, for the pages that tell who sells. */
  slug: string;
};

export function CheckoutSheet(props: Props) {
  const { checkout, clock, isOpen, isBusy, isExisting, problem, onClose } = props;
  const text = purchaseTexts.value;
  const [doneId, setDoneId] = useState<string | null>(null);
  const outcome = checkout && settledOrOver(checkout, props, doneId === checkout.id);
  const isPaying = checkout !== null && outcome === null;
  const embedded = isPaying ? checkout.embedded : null;
  const done = () => {
    setDoneId(checkout?.id ?? null);
    props.onDone();
  };
  const ways = { isBusy, onGiveUp: props.onGiveUp, onElsewhere: props.onElsewhere };
  const footer = isPaying ? (
    <HeldFoot checkout={checkout} {...ways} />
  ) : (
    <EndFoot checkout={checkout} onPutBack={props.onPutBack} onClose={onClose} />
  );
  return (
    <Sheet
      title={text.checkout}
      isOpen={isOpen}
      isBeside
      isTall={embedded !== null}
      onClose={onClose}
      footer={embedded ? null : footer}
    >
      {problem && (
        <p class="note is-bad" role="alert">
          {checkout ? problemText(problem) : text.checkoutGone}
        </p>
      )}
      {isPaying && !embedded && (
        <HeldView checkout={checkout} clock={clock} isExisting={isExisting} />
      )}
      {isPaying && embedded && (
        <EmbeddedView
          key={checkout.id}
          checkout={checkout}
          embedded={embedded}
          clock={clock}
          isExisting={isExisting}
          onDone={done}
          {...ways}
        />
      )}
      {checkout && outcome && <OutcomeView checkout={checkout} outcome={outcome} />}
      {isPaying && !embedded && <SellerLinks slug={props.slug} />}
      {!checkout && !problem && (
        <p class="preparing">
          <span class="spinner" />
        </p>
      )}
    </Sheet>
  );
}

/** How it ended, as the server says, or as the page knows before the server does. */
function settledOrOver(
  checkout: Checkout,
  { clock, isGivenUp }: Pick<Props, "clock" | "isGivenUp">,
  isDone: boolean,
): Outcome | null {
  const text = purchaseTexts.value;
  const settled = outcomeOf(checkout, isGivenUp, text);
  if (settled || !checkout.embedded) return settled;
  if (isDone) return { tone: "busy", icon: "clock", title: text.processingTitle, text: "" };
  // Reading the signal looks again each second.
  tick.value;
  const isOver = checkout.reserved_until !== null && clock.msUntil(checkout.reserved_until) <= 0;
  if (!isOver) return null;
  return { tone: "busy", icon: "clock", title: text.expiredTitle, text: text.expiringText };
}
