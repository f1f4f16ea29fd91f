import type { Variant } from "../../lib/types";
import { count, t } from "../texts";

/** Where the pieces are: a bar of three parts, and the same in words. */
export function StockParts({ variant }: { variant: Variant }) {
  const { available, reserved, sold, stock } = variant;
  const total = Math.max(stock, 1);
  const sales = (sold / total) * 100;
  const held = (reserved / total) * 100;
  return (
    <div class="stock-parts">
      <svg
        class="stock-parts__bar"
        viewBox="0 0 100 6"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <rect class="stock-parts__rest" width="100" height="6" />
        <rect class="stock-parts__sold" width={sales} height="6" />
        <rect class="stock-parts__reserved" x={sales} width={held} height="6" />
      </svg>
      <span class="numeric">
        {t().product.stockParts(count(available), count(reserved), count(sold))}
      </span>
    </div>
  );
}
