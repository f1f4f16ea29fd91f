/** All products of the show, those on screen marked. */
import { offerOf } from "../../lib/offers";
import { availableUnits } from "../../lib/reduce";
import type { ServerClock } from "../../lib/time";
import type { ProductView } from "../../lib/types";
import { Icon } from "../../ui/Icon";
import { OfferNote } from "../offers/OfferNote";
import { texts } from "../texts";
import { Picture } from "./Picture";
import { ProductPrice } from "./ProductPrice";
import { Stock } from "./Stock";

type Props = {
  products: ProductView[];
  featured: string[];
  clock: ServerClock;
  onOpen: (product: ProductView) => void;
};

export function ProductList({ products, featured, clock, onOpen }: Props) {
  const text = texts.value;
  if (products.length === 0) return <p class="empty">{text.noProducts}</p>;
  return (
    <ul class="product-list">
      {products.map((product) => (
        <li key={product.id}>
          <button type="button" class="product-row" onClick={() => onOpen(product)}>
            <Picture image={product.images[0]} size="small" alt="" />
            <span class="product-facts">
              {featured.includes(product.id) && <span class="on-screen">{text.onScreen}</span>}
              <span class="product-title">{product.title}</span>
              <ProductPrice product={product} />
              <Offer product={product} clock={clock} />
              <Stock available={availableUnits(product)} />
            </span>
            <Icon name="chevron" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Offer({ product, clock }: { product: ProductView; clock: ServerClock }) {
  const offer = offerOf(product);
  return offer && <OfferNote offer={offer} clock={clock} />;
}
