import { Icon } from "../components/Icon";
import { emptyVariant, type VariantDraft } from "../forms/product";
import { t } from "../texts";
import type { ProductEditor } from "./editor";
import { VariantCard } from "./VariantCard";

type Props = { editor: ProductEditor; currency: string };

/** The variants as rows: options, price, former price, stock. */
export function VariantFields({ editor, currency }: Props) {
  const { product: words } = t();
  const { optionNames, variants } = editor.draft.value;
  const hasOptions = optionNames.length > 0;
  const write = (index: number, part: Partial<VariantDraft>) =>
    editor.write({
      variants: variants.map((old, place) => (place === index ? { ...old, ...part } : old)),
    });
  return (
    <section class="panel">
      <header class="panel__head">
        <h2 class="panel__title">{hasOptions ? words.variants : words.priceAndStock}</h2>
      </header>
      <p class="panel__text">
        {words.priceHint} {words.compareAtHint} {words.stockHint}
      </p>
      <ul class="variants">
        {variants.map((variant, index) => (
          <VariantCard
            key={variant.key}
            variant={variant}
            index={index}
            optionNames={optionNames}
            currency={currency}
            errors={editor.errors.value}
            saved={editor.base.value?.variants.find(({ id }) => id === variant.id)}
            canRemove={variants.length > 1}
            onWrite={(part) => write(index, part)}
            onRemove={() =>
              editor.write({ variants: variants.filter((_, place) => place !== index) })
            }
          />
        ))}
      </ul>
      {hasOptions && (
        <button
          type="button"
          class="button variants__add"
          onClick={() =>
            editor.write({
              variants: [...variants, emptyVariant(optionNames.length, variants.at(-1))],
            })
          }
        >
          <Icon name="add" />
          {words.addVariant}
        </button>
      )}
    </section>
  );
}
