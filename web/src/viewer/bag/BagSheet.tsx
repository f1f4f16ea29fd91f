/** The bag over the page. */
import { Sheet } from "../../ui/Sheet";
import type { BagStore } from "../store/bag";
import type { CheckoutStore } from "../store/checkout";
import type { DeliveryStore } from "../store/delivery";
import { texts } from "../texts";
import { BagFoot } from "./BagFoot";
import { BagView } from "./BagView";

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
  return (
    <Sheet
      title={texts.value.bag}
      isOpen={isOpen}
      onClose={inside.onClose}
      footer={<BagFoot {...inside} />}
    >
      <BagView {...inside} />
    </Sheet>
  );
}
