/** Where the payment page goes, and what is said until it is there. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { EmbeddedCheckout } from "../../lib/types";
import { lang } from "../../ui/lang";
import { PayFailed } from "./PayFailed";
import { type OpenPage, openPage } from "./page/open";
import { purchaseTexts } from "./texts";

type Props = { embedded: EmbeddedCheckout; onDone: () => void; onElsewhere: () => void };
type State = "opening" | "open" | "failed";

export function PaySlot({ embedded, onDone, onElsewhere }: Props) {
  const text = purchaseTexts.value;
  const place = useRef<HTMLDivElement>(null);
  const done = useRef(onDone);
  done.current = onDone;
  const [state, setState] = useState<State>("opening");
  // Each look at the checkout brings the same page in a new object.
  const secret = embedded.client_secret;
  const shown = lang.value;
  useEffect(() => {
    const here = place.current;
    if (!here) return;
    let page: OpenPage | null = null;
    let isGone = false;
    setState("opening");
    const opening = {
      place: here,
      embedded,
      lang: shown,
      title: purchaseTexts.value.payForm,
      onDone: () => done.current(),
    };
    openPage(opening)
      .then((opened) => {
        page = opened;
        if (isGone) page.close();
        else setState("open");
      })
      .catch(() => {
        if (!isGone) setState("failed");
      });
    return () => {
      isGone = true;
      page?.close();
    };
  }, [secret, shown]);
  return (
    <div class="pay-slot" aria-busy={state === "opening"}>
      {state === "opening" && (
        <p class="preparing" role="status">
          <span class="spinner" /> {text.preparingPayment}
        </p>
      )}
      {state === "failed" && <PayFailed onElsewhere={onElsewhere} />}
      <div ref={place} class="pay-place" />
    </div>
  );
}
