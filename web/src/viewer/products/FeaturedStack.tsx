/** Up to three products on screen: the newest large, the others small above it. */
import type { ComponentChildren } from "preact";
import type { ServerClock } from "../../lib/time";
import type { ProductView } from "../../lib/types";
import { texts } from "../texts";
import { FeaturedCard } from "./FeaturedCard";
import { Picture } from "./Picture";
import { ProductPrice } from "./ProductPrice";

type Props = {
  products: ProductView[];
  isSelling: boolean;
  isBusy: boolean;
  clock: ServerClock;
  /** What stands at the end of the small row. */
  aside: ComponentChildren;
  onOpen: (product: ProductView) => void;
  onBuy: (product: ProductView) => void;
  /** What the button says that does not buy but adds. */
  addText?: (() => string) | undefined;
};

export function FeaturedStack({ products, aside, onOpen, ...rest }: Props) {
  const [newest, ...others] = products;
  const row = (
    <div class="featured-row">
      {others.map((product) => (
        <button
          key={product.id}
          type="button"
          class="featured-thumb"
          onClick={() => onOpen(product)}
        >
          <Picture image={product.images[0]} size="small" alt="" />
          <span class="visually-hidden">{texts.value.details(product.title)}</span>
          <ProductPrice product={product} />
        </button>
      ))}
      {aside}
    </div>
  );
  if (!newest) return row;
  return (
    <section class="featured" aria-label={texts.value.onScreen}>
      {row}
      <FeaturedCard key={newest.id} product={newest} onOpen={onOpen} {...rest} />
    </section>
  );
}
