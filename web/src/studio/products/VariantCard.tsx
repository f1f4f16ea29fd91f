import type { Variant } from "../../lib/types";
import { CheckField } from "../components/CheckField";
import { Icon } from "../components/Icon";
import { TextField } from "../components/TextField";
import { errorAt, type FieldErrors } from "../forms/errors";
import type { VariantDraft } from "../forms/product";
import { fieldText, t } from "../texts";
import { StockParts } from "./StockParts";

type Props = {
  variant: VariantDraft;
  index: number;
  optionNames: readonly string[];
  currency: string;
  errors: FieldErrors;
  /** What the server has of this variant, for the parts of its stock. */
  saved: Variant | undefined;
  canRemove: boolean;
  onWrite: (part: Partial<VariantDraft>) => void;
  onRemove: () => void;
};

export function VariantCard(props: Props) {
  const { variant, index, optionNames, currency, errors, saved, onWrite } = props;
  const { product: words } = t();
  const at = (field: string) => errorAt(errors, `/variants/${index}/${field}`);
  const name = variant.optionValues.join(" / ") || words.variant(index + 1);
  const repeated = errors.get(`/variants/${index}/option_values`);
  return (
    <li class="variant">
      <fieldset class="variant__fields">
        <legend class="visually-hidden">{name}</legend>
        {optionNames.map((option, place) => (
          <TextField
            // An option is its place; its name changes with every letter.
            key={place}
            label={option || words.optionName(place + 1)}
            value={variant.optionValues[place] ?? ""}
            isReadOnly={variant.id !== null}
            error={errors.get(`/variants/${index}/option_values/${place}`)}
            onChange={(text) =>
              onWrite({
                optionValues: variant.optionValues.map((old, n) => (n === place ? text : old)),
              })
            }
          />
        ))}
        <TextField
          label={`${words.price} (${currency})`}
          inputMode="decimal"
          value={variant.price}
          error={at("price")}
          onChange={(price) => onWrite({ price })}
        />
        <TextField
          label={words.compareAt}
          inputMode="decimal"
          isOptional
          value={variant.compareAt}
          error={at("compare_at")}
          onChange={(compareAt) => onWrite({ compareAt })}
        />
        <TextField
          label={words.stock}
          inputMode="numeric"
          value={variant.stock}
          error={at("stock")}
          onChange={(stock) => onWrite({ stock })}
        />
        <TextField
          label={words.sku}
          isOptional
          value={variant.sku}
          error={at("sku")}
          onChange={(sku) => onWrite({ sku })}
        />
      </fieldset>
      {repeated !== undefined && <p class="field__error">{fieldText(repeated)}</p>}
      <footer class="variant__foot">
        {saved !== undefined && <StockParts variant={saved} />}
        <CheckField
          label={words.onSale}
          isChecked={variant.isOnSale}
          onChange={(isOnSale) => onWrite({ isOnSale })}
        />
        {props.canRemove && (
          <button
            type="button"
            class="icon-button"
            aria-label={words.removeVariant(name)}
            title={t().common.remove}
            onClick={props.onRemove}
          >
            <Icon name="trash" />
          </button>
        )}
      </footer>
    </li>
  );
}
