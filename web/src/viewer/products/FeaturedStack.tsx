/** Up to three products on screen: the newest large, the others small above it. */
import type { ProductView } from "../../lib/types";
import { texts } from "../texts";
import { FeaturedCard } from "./FeaturedCard";
import { Picture } from "./Picture";
import { ProductPrice } from "./ProductPrice";

type Props = {
  products: ProductView[];
  isSelling: boolean;
  isBusy: boolean;
  onOpen: (product: ProductView) => void;
  onBuy: (product: ProductView) => void;
};

export function FeaturedStack({ products, onOpen, ...rest }: Props) {
  const [newest, ...others] = products;
  if (!newest) return null;
  return (
    <section class="featured" aria-label={texts.value.onScreen}>
      {others.length > 0 && (
        <div class="featured-others">
          {others.map((product) => (
            <button
              key={product.id}
              type="button"
              class="featured-thumb"
              aria-label={texts.value.details(product.title)}
              onClick={() => onOpen(product)}
            >
              <Picture image={product.images[0]} size="small" alt="" />
              <ProductPrice product={product} />
            </button>
          ))}
        </div>
      )}
      <FeaturedCard key={newest.id} product={newest} onOpen={onOpen} {...rest} />
    </section>
  );
}
