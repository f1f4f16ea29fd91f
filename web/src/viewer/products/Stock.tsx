/** How much is left, said only when it matters: the last pieces, and none. */
import { common } from "../../ui/lang";

/** More than this is plenty; saying it would be pressure, not news. */
export const FEW_UNITS = 5;

export function Stock({ available }: { available: number }) {
  if (available <= 0) return <span class="stock is-out">{common.value.soldOut}</span>;
  if (available > FEW_UNITS) return null;
  return <span class="stock is-few">{common.value.unitsLeft(available)}</span>;
}
