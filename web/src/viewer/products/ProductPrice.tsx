/** The price of a product whose variant is not chosen yet: one price, or "from". */
import { priceRange } from "../../lib/money";
import type { ProductView } from "../../lib/types";
import { Price } from "../../ui/Price";
import { texts } from "../texts";

export function ProductPrice({ product }: { product: ProductView }) {
  const range = priceRange(product.variants);
  if (!range) return null;
  const isOne = range.low.amount === range.high.amount;
  if (!isOne) {
    return (
      <span class="price-from">
        {texts.value.from} <Price value={range.low} />
      </span>
    );
  }
  return <Price value={range.low} />;
}
