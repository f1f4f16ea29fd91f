/** The product on screen, near the thumb: a tap for details, one button to buy. */
import { offerOf } from "../../lib/offers";
import { availableUnits } from "../../lib/reduce";
import type { ServerClock } from "../../lib/time";
import type { ProductView } from "../../lib/types";
import { OfferNote } from "../offers/OfferNote";
import { texts } from "../texts";
import { Picture } from "./Picture";
import { ProductPrice } from "./ProductPrice";
import { Stock } from "./Stock";

type Props = {
  product: ProductView;
  isSelling: boolean;
  isBusy: boolean;
  clock: ServerClock;
  onOpen: (product: ProductView) => void;
  onBuy: (product: ProductView) => void;
  addText?: (() => string) | undefined;
};

export function FeaturedCard(props: Props) {
  const { product, isSelling, isBusy, clock, addText, onOpen, onBuy } = props;
  const text = texts.value;
  const available = availableUnits(product);
  const offer = offerOf(product);
  const hasChoice = product.variants.length > 1;
  return (
    <article class="featured-card">
      <button
        type="button"
        class="featured-open"
        aria-label={text.details(product.title)}
        onClick={() => onOpen(product)}
      >
        <Picture image={product.images[0]} size="small" alt="" />
      </button>
      <div class="featured-facts">
        <h2>{product.title}</h2>
        <ProductPrice product={product} />
        {offer && <OfferNote offer={offer} clock={clock} />}
        <Stock available={available} />
      </div>
      {isSelling && available > 0 && (
        <button
          type="button"
          class="button is-primary featured-buy"
          disabled={isBusy}
          onClick={() => onBuy(product)}
        >
          {hasChoice ? text.choose : (addText?.() ?? text.buyNow)}
          <span class="visually-hidden">: {product.title}</span>
        </button>
      )}
    </article>
  );
}
