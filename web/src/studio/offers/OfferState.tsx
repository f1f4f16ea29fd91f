/** A product's offer while it runs, with its end; before that the button that makes one. */
import type { OfferView, ProductView } from "../../lib/types";
import { Countdown } from "../../ui/Countdown";
import type { LiveStore } from "../live/store";
import { may } from "../session";
import { money } from "../texts";
import { offering } from "./texts";

type Props = {
  store: LiveStore;
  product: ProductView;
  offer: OfferView | undefined;
  /** Whether the show sells, so that an offer can begin. */
  isSelling: boolean;
  onMake: () => void;
  onEnd: (offer: OfferView) => void;
};

export function OfferState({ store, product, offer, isSelling, onMake, onEnd }: Props) {
  const text = offering.value;
  if (!offer) {
    if (!isSelling || !may("shows")) return null;
    return (
      <button
        type="button"
        class="button is-small"
        aria-label={text.makeLabel(product.title)}
        onClick={onMake}
      >
        {text.make}
      </button>
    );
  }
  return (
    <span class="offer-state">
      <span class="offer-state__words">
        <strong>{text.running(money(offer.price))}</strong>
        {offer.ends_at && (
          <span>
            {text.endsIn} <Countdown until={offer.ends_at} clock={store.clock} />
          </span>
        )}
        {offer.units_left !== null && <span>{text.left(offer.units_left)}</span>}
      </span>
      {may("shows") && (
        <button
          type="button"
          class="button is-small"
          aria-label={text.endLabel(product.title)}
          onClick={() => onEnd(offer)}
        >
          {text.end}
        </button>
      )}
    </span>
  );
}
