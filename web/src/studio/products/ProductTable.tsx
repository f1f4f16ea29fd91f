import { availableUnits } from "../../lib/reduce";
import type { Product } from "../../lib/types";
import { Link } from "../components/Link";
import { Thumb } from "../components/Thumb";
import { count, t } from "../texts";
import { priceText, stockTone } from "./productTexts";

/** Products as rows: what one needs to recognise them and to see what runs out. */
export function ProductTable({ products }: { products: readonly Product[] }) {
  const words = t().products;
  return (
    <div class="table-wrap">
      <table class="table table--cards">
        <thead>
          <tr>
            <th scope="col">{words.product}</th>
            <th scope="col" class="is-end">
              {words.price}
            </th>
            <th scope="col" class="is-end">
              {words.stock}
            </th>
            <th scope="col" class="is-end">
              {words.reserved}
            </th>
            <th scope="col" class="is-end">
              {words.sold}
            </th>
          </tr>
        </thead>
        <tbody>
          {products.map((product) => (
            <ProductRow key={product.id} product={product} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ProductRow({ product }: { product: Product }) {
  const words = t().products;
  const sum = (part: "reserved" | "sold") =>
    product.variants.reduce((total, variant) => total + variant[part], 0);
  return (
    <tr>
      <th scope="row">
        <Link to={{ page: "product", id: product.id }} class="product-cell">
          <Thumb image={product.images[0]} />
          <span class="product-cell__words">
            <span class="product-cell__title">{product.title}</span>
            <span class="product-cell__meta">
              {words.variants(product.variants.length)}
              {product.images.length === 0 && ` · ${words.noPicture}`}
            </span>
          </span>
        </Link>
      </th>
      <td class="is-end numeric" data-label={words.price}>
        {priceText(product)}
      </td>
      <td class={`is-end numeric stock stock--${stockTone(product)}`} data-label={words.stock}>
        {count(availableUnits(product))}
      </td>
      <td class="is-end numeric is-soft" data-label={words.reserved}>
        {count(sum("reserved"))}
      </td>
      <td class="is-end numeric is-soft" data-label={words.sold}>
        {count(sum("sold"))}
      </td>
    </tr>
  );
}
