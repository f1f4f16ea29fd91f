/**
 * What the products of a show cost now: the running offers laid over the catalogue's prices.
 *
 * Pure; card, sheet, bag and list read the result, so that they never name two prices.
 */
import type { Money, OfferView, ProductView, ShowView, VariantOffer, VariantView } from "./types";

/** Prices that the server has just named for single variants; they count until it tells more. */
export type Repriced = ReadonlyMap<string, Money>;

/** The show with the prices that a buyer pays at this moment. */
export function withPrices(show: ShowView, repriced: Repriced): ShowView {
  if (show.offers.length === 0 && repriced.size === 0) return show;
  const lineup = show.lineup.map((product) => {
    const offer = show.offers.find(({ product_id }) => product_id === product.id);
    const variants = product.variants.map((variant) => priced(variant, offer, repriced));
    return { ...product, variants };
  });
  return { ...show, lineup };
}

/** Of the offers for a product's variants the one that promises least; null without any. */
export function offerOf(product: ProductView): VariantOffer | null {
  const offers = product.variants.flatMap(({ offer, on_sale }) => (offer && on_sale ? offer : []));
  return offers.reduce<VariantOffer | null>(
    (least, offer) => (least && least.lowest.amount <= offer.lowest.amount ? least : offer),
    null,
  );
}

function priced(variant: VariantView, offer: OfferView | undefined, repriced: Repriced) {
  const named = repriced.get(variant.id);
  if (named) return { ...withoutReduction(variant), price: named };
  const covered = offer?.variants.find(({ variant_id }) => variant_id === variant.id);
  // A price in the catalogue that fell below the offer's is the better one.
  if (!offer || !covered || offer.price.amount >= variant.price.amount) return variant;
  if (offer.units_left === 0) return variant;
  const { variants: _, price, ...terms } = offer;
  return { ...withoutReduction(variant), price, offer: { ...terms, ...covered } };
}

/** What the catalogue's own price was reduced from says nothing of another price. */
function withoutReduction({ reduction: _, ...variant }: VariantView): VariantView {
  return variant;
}
