/** The bag over the page: its frame; what is inside arrives by itself. */
import { useEffect } from "preact/hooks";
import { common, problemText } from "../../ui/lang";
import { Sheet } from "../../ui/Sheet";
import { loadPart, part } from "../buying/part";
import type { BagStore } from "../store/bag";
import type { CheckoutStore } from "../store/checkout";
import type { DeliveryStore } from "../store/delivery";
import { texts } from "../texts";

export type BagProps = {
  bag: BagStore;
  delivery: DeliveryStore;
  checkout: CheckoutStore;
  /** Why nothing can be bought now; null while the show sells. */
  shutText: string | null;
  onCheckOut: () => void;
  onClose: () => void;
};

export function BagSheet({ isOpen, ...inside }: BagProps & { isOpen: boolean }) {
  const now = part.value;
  const isNeeded = isOpen || !inside.bag.isEmpty.value;
  // Ahead of the first look, so that a lost network does not keep the bag shut.
  useEffect(() => {
    if (isNeeded) void loadPart();
  }, [isNeeded]);
  const { onClose } = inside;
  const footer = now.kind === "ready" ? <now.inside.BagFoot {...inside} /> : null;
  return (
    <Sheet title={texts.value.bag} isOpen={isOpen} onClose={onClose} footer={footer}>
      {now.kind === "ready" && <now.inside.BagView {...inside} />}
      {now.kind === "failed" && (
        <div class="bag-failed" role="alert">
          <p>{problemText({ code: "offline" })}</p>
          <button type="button" class="button" onClick={() => void loadPart()}>
            {common.value.retry}
          </button>
        </div>
      )}
      {(now.kind === "loading" || now.kind === "none") && (
        <p class="preparing" role="status">
          <span class="spinner" />
          <span class="visually-hidden">{common.value.loading}</span>
        </p>
      )}
    </Sheet>
  );
}
