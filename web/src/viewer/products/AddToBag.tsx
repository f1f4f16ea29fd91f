/** Puts pieces of a variant into the bag, and says how many are in it. */
import type { ProductView, VariantView } from "../../lib/types";
import { BAG_LINES_MAX } from "../bag/record";
import { purchaseTexts } from "../checkout/texts";
import type { BagStore } from "../store/bag";
import { unitsMax } from "./units";

type AddProps = { bag: BagStore; product: ProductView; variant: VariantView; units: number };

export function AddButton({ bag, product, variant, units }: AddProps) {
  const isAll = unitsIn(bag, variant) >= unitsMax(variant.available);
  const canAdd = !isAll && hasRoom(bag, variant);
  return (
    <button
      type="button"
      class="button is-add"
      // Not `disabled`: the focus stays where it was pressed.
      aria-disabled={!canAdd}
      onClick={() => canAdd && bag.add(product, variant, units)}
    >
      {purchaseTexts.value.addToBag}
    </button>
  );
}

type NoteProps = { bag: BagStore; variant: VariantView | null; onOpen: () => void };

export function BagNote({ bag, variant, onOpen }: NoteProps) {
  const text = purchaseTexts.value;
  const units = variant ? unitsIn(bag, variant) : 0;
  const isFull = variant !== null && !hasRoom(bag, variant);
  return (
    <div class="bag-note">
      {/* There from the start: a region that comes with its text is not read out. */}
      <p role="status">{units > 0 ? text.inBag(units) : isFull && text.bagFull}</p>
      {(units > 0 || isFull) && (
        <button type="button" class="button is-quiet is-small" onClick={onOpen}>
          {text.openBag}
        </button>
      )}
    </div>
  );
}

function unitsIn(bag: BagStore, variant: VariantView): number {
  return bag.bag.value.lines.find((line) => line.variant.id === variant.id)?.units ?? 0;
}

function hasRoom(bag: BagStore, { id }: VariantView): boolean {
  const { lines } = bag.bag.value;
  return lines.length < BAG_LINES_MAX || lines.some(({ variant }) => variant.id === id);
}
