/** Where the sheets open; until they are loaded, whoever asks for one sees that it is on its way. */
import { useEffect } from "preact/hooks";
import { common, problemText } from "../../ui/lang";
import { Sheet } from "../../ui/Sheet";
import { texts } from "../texts";
import type { PanelsProps } from "./Panels";
import { loadPart, part } from "./part";

export function PanelsSlot(props: PanelsProps) {
  const { checkout, panel } = props.model;
  const now = part.value;
  const isWanted = panel.value !== null || checkout.isOpen.value;
  // Ahead of the first tap, so that a lost network does not keep the bag shut; and again with each
  // tap, should it have failed.
  useEffect(() => {
    void loadPart();
  }, [isWanted]);
  // Until then nothing waits for the picture, which is no sooner there.
  useEffect(() => {
    if (now.kind === "ready") props.model.show.follow(now.panels.createSteps());
  }, [now.kind]);
  if (now.kind === "ready") return <now.panels.Panels {...props} />;
  const close = () => {
    panel.value = null;
    checkout.close();
  };
  return (
    <Sheet title={texts.value.products} isOpen={isWanted} isTitleHidden onClose={close}>
      {now.kind === "failed" ? (
        <div class="bag-failed" role="alert">
          <p>{problemText({ code: "offline" })}</p>
          <button type="button" class="button" onClick={() => void loadPart()}>
            {common.value.retry}
          </button>
        </div>
      ) : (
        <p class="preparing" role="status">
          <span class="spinner" />
          <span class="visually-hidden">{common.value.loading}</span>
        </p>
      )}
    </Sheet>
  );
}
