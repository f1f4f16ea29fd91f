/** The foot of a product where the page around sells: nothing is bought here, it goes into that cart. */
import type { ComponentChildren } from "preact";
import type { ProductView, VariantView } from "../../lib/types";
import type { BagStore } from "../store/bag";
import type { ShopCart } from "../store/cart";
import { unitsMax } from "./units";

type Props = {
  cart: ShopCart;
  bag: BagStore;
  product: ProductView;
  /** Null when there is nothing to add. */
  variant: VariantView | null;
  units: number;
  /** What the button says then. */
  label: string;
  children: ComponentChildren;
};

export function CartFoot({ cart, bag, product, variant, units, label, children }: Props) {
  const isBusy = cart.isBusy.value;
  const had = bag.bag.value.lines.find((line) => line.variant.id === variant?.id)?.units ?? 0;
  const canAdd = variant !== null && had < unitsMax(variant.available) && !isBusy;
  return (
    <div class="buy-foot">
      <CartRefusal cart={cart} />
      {children}
      <button
        type="button"
        class="button is-primary is-wide is-buy"
        // Not `disabled`: the focus stays where it was pressed.
        aria-disabled={!canAdd}
        aria-busy={isBusy}
        onClick={() => canAdd && bag.add(product, variant, units)}
      >
        {isBusy && <span class="spinner" />}
        {variant ? cart.add() : label}
      </button>
    </div>
  );
}

export function CartRefusal({ cart }: { cart: ShopCart }) {
  const refusal = cart.refusal.value;
  return (
    refusal !== null && (
      <p class="error-text" role="alert">
        {refusal}
      </p>
    )
  );
}
