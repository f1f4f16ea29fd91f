/** The bag over the page. */
import { Sheet } from "../../ui/Sheet";
import type { BagStore } from "../store/bag";
import type { ShopCart } from "../store/cart";
import type { CheckoutStore } from "../store/checkout";
import type { DeliveryStore } from "../store/delivery";
import { texts } from "../texts";
import { BagFoot } from "./BagFoot";
import { BagView } from "./BagView";

export type BagProps = {
  bag: BagStore;
  /** The cart of the page around, which has the say of what is in it. */
  cart?: ShopCart | null;
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
