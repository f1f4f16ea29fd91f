import { Field } from "../components/Field";
import { Icon } from "../components/Icon";
import { Input } from "../components/Input";
import { errorAt } from "../forms/errors";
import { OPTIONS_MAX } from "../forms/product";
import { t } from "../texts";
import type { ProductEditor } from "./editor";

/** What the variants differ in; how many there are is settled when the product is created. */
export function OptionFields({ editor }: { editor: ProductEditor }) {
  const { product: words } = t();
  const draft = editor.draft.value;
  const isNew = editor.base.value === null;
  const names = draft.optionNames;
  if (!isNew && names.length === 0) return null;

  const rename = (index: number, name: string) =>
    editor.write({ optionNames: names.map((old, place) => (place === index ? name : old)) });
  const add = () =>
    editor.write({
      optionNames: [...names, ""],
      variants: draft.variants.map((variant) => ({
        ...variant,
        optionValues: [...variant.optionValues, ""],
      })),
    });
  const remove = (index: number) =>
    editor.write({
      optionNames: names.filter((_, place) => place !== index),
      variants: draft.variants.map((variant) => ({
        ...variant,
        optionValues: variant.optionValues.filter((_, place) => place !== index),
      })),
    });
  return (
    <fieldset class="options">
      <legend class="field__label">{words.options}</legend>
      <p class="field__hint">{isNew ? words.optionsText : words.optionsFixed}</p>
      {names.map((name, index) => (
        // An option is its place; its name changes with every letter.
        <div key={index} class="input-row">
          <Field
            label={words.optionName(index + 1)}
            isLabelHidden
            error={errorAt(editor.errors.value, `/option_names/${index}`)}
          >
            {(ids) => (
              <Input
                {...ids}
                type="text"
                value={name}
                placeholder={words.optionPlaceholder}
                onChange={(text) => rename(index, text)}
              />
            )}
          </Field>
          {isNew && (
            <button
              type="button"
              class="icon-button"
              aria-label={words.removeOption(name || words.optionName(index + 1))}
              onClick={() => remove(index)}
            >
              <Icon name="close" />
            </button>
          )}
        </div>
      ))}
      {isNew && names.length < OPTIONS_MAX && (
        <button type="button" class="button is-small options__add" onClick={add}>
          <Icon name="add" />
          {words.addOption}
        </button>
      )}
    </fieldset>
  );
}
