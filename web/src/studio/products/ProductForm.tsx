import { AreaField } from "../components/AreaField";
import { SelectField } from "../components/SelectField";
import { TextField } from "../components/TextField";
import { errorAt } from "../forms/errors";
import { TITLE_LENGTH_MAX } from "../forms/product";
import { t } from "../texts";
import type { ProductEditor } from "./editor";
import { OptionFields } from "./OptionFields";
import { Pictures } from "./Pictures";
import { SaveBar } from "./SaveBar";
import { VariantFields } from "./VariantFields";

/** The rule first, then what the law exempts from it. */
const EXEMPTIONS = [
  "none",
  "made_to_measure",
  "perishable",
  "sealed_hygiene",
  "sealed_media",
] as const;

type Props = {
  editor: ProductEditor;
  currency: string;
  onSave: (isForced?: boolean) => void;
};

export function ProductForm({ editor, currency, onSave }: Props) {
  const { product: words, legal } = t();
  const draft = editor.draft.value;
  const errors = editor.errors.value;
  const product = editor.base.value;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSave();
  };
  return (
    <form class="product-form" onSubmit={submit} noValidate>
      {product?.status === "archived" && <p class="note">{words.archivedNote}</p>}
      <div class="columns columns--product">
        <section class="panel form">
          <h2 class="panel__title">{words.details}</h2>
          <TextField
            label={words.title}
            value={draft.title}
            maxLength={TITLE_LENGTH_MAX}
            error={errorAt(errors, "/title")}
            onChange={(title) => editor.write({ title })}
          />
          <AreaField
            label={words.description}
            hint={words.descriptionHint}
            isOptional
            rows={7}
            value={draft.description}
            error={errorAt(errors, "/description")}
            onChange={(description) => editor.write({ description })}
          />
          <OptionFields editor={editor} />
          <SelectField
            label={legal.exemption}
            hint={legal.exemptionHint}
            value={draft.exemption}
            options={EXEMPTIONS.map((value) => ({ value, label: legal.exemptions[value] }))}
            error={errorAt(errors, "/exemption")}
            onChange={(exemption) => editor.write({ exemption })}
          />
        </section>
        <Pictures editor={editor} />
      </div>
      <VariantFields editor={editor} currency={currency} />
      <SaveBar editor={editor} onSave={onSave} />
    </form>
  );
}
