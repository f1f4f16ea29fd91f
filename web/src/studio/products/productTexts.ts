/** Says price and stock of a product in few words; the same in every list. */
import { priceRange } from "../../lib/money";
import { availableUnits } from "../../lib/reduce";
import type { ProductView } from "../../lib/types";
import { money, t } from "../texts";

export function priceText(product: ProductView): string {
  const range = priceRange(product.variants);
  if (range === null) return "–";
  const low = money(range.low);
  return range.low.amount === range.high.amount ? low : t().products.from(low);
}

export type StockTone = "ok" | "low" | "out";

/** Three pieces and fewer are worth saying on air. */
const LOW_UNITS = 3;

export function stockTone(product: ProductView): StockTone {
  const units = availableUnits(product);
  if (units === 0) return "out";
  return units <= LOW_UNITS ? "low" : "ok";
}

export function stockText(product: ProductView): string {
  const { live } = t();
  if (!product.variants.some((variant) => variant.on_sale)) return live.offSale;
  const units = availableUnits(product);
  return units === 0 ? live.soldOut : live.left(units);
}
