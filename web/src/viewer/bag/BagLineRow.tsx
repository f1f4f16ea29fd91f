/** One line of the bag: what, how many, how much. */
import { formatMoney, multiply } from "../../lib/money";
import { variantTitle } from "../../lib/options";
import { common, lang } from "../../ui/lang";
import { Picture } from "../products/Picture";
import { Stepper } from "../products/Quantity";
import { Stock } from "../products/Stock";
import { type BagLine, fullName } from "./contents";
import { bagTexts } from "./texts";

type Props = { line: BagLine; onUnits: (units: number) => void; onRemove: () => void };

export function BagLineRow({ line, onUnits, onRemove }: Props) {
  const { product, variant, units, wanted, priceBefore } = line;
  const text = bagTexts.value;
  const title = variantTitle(variant);
  const name = fullName(product.title, title);
  return (
    <li class={units === 0 ? "bag-line is-out" : "bag-line"}>
      <Picture image={product.images[0]} size="small" alt="" />
      <div class="bag-words">
        <p class="product-title">{product.title}</p>
        {title !== "" && <p class="hint">{title}</p>}
        {priceBefore && (
          <p class="bag-changed">
            {text.priceChanged(
              formatMoney(priceBefore, lang.value),
              formatMoney(variant.price, lang.value),
            )}
          </p>
        )}
        {units > 0 && units < wanted ? (
          <p class="bag-changed">{text.fewer(units)}</p>
        ) : (
          <Stock available={variant.available} />
        )}
      </div>
      <p class="bag-price numeric">
        {units > 0 ? (
          formatMoney(multiply(variant.price, units), lang.value)
        ) : (
          <span class="visually-hidden">{common.value.soldOut}</span>
        )}
      </p>
      <div class="bag-tools">
        {units > 0 && (
          <Stepper units={units} available={variant.available} onChange={onUnits} of={name} />
        )}
        <button
          type="button"
          class="button is-quiet is-small bag-remove"
          aria-label={text.removeLabel(name)}
          onClick={onRemove}
        >
          {text.remove}
        </button>
      </div>
    </li>
  );
}
