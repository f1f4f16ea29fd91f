import { useState } from "preact/hooks";
import { toProblem } from "../../lib/problem";
import type { Bilingual, LegalSettings, LegalView, Seller } from "../../lib/types";
import * as api from "../api";
import { AreaField } from "../components/AreaField";
import { CheckField } from "../components/CheckField";
import { TextField } from "../components/TextField";
import { focusFirstError } from "../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS } from "../forms/errors";
import { problemText, t } from "../texts";
import { tell } from "../toaster";
import { LegalGaps } from "./LegalGaps";

type Props = { view: LegalView; onSaved: (view: LegalView) => void };

/** Who sells and under which terms; the server checks the numbers. */
export function LegalForm({ view, onSaved }: Props) {
  const { legal: words, common } = t();
  const [draft, setDraft] = useState<LegalSettings>(() => settingsOf(view));
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const write = (part: Partial<LegalSettings>) => setDraft({ ...draft, ...part });
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    setErrors(NO_ERRORS);
    try {
      const saved = await api.putLegal(draft);
      setDraft(settingsOf(saved));
      onSaved(saved);
      tell(words.saved);
    } catch (cause) {
      const refusal = toProblem(cause);
      const found = errorsOf(refusal);
      setErrors(found);
      if (found.size === 0) setProblem(problemText(refusal));
      focusFirstError();
    } finally {
      setBusy(false);
    }
  };
  const part = { draft, errors, write };
  return (
    <form class="form legal-form" onSubmit={submit} noValidate>
      <LegalGaps view={view} />
      <SellerFields {...part} />
      <ReturnFields {...part} />
      <section class="panel form" aria-label={words.terms}>
        <h2 class="panel__title">{words.terms}</h2>
        <TextPair {...part} name="terms" />
      </section>
      <section class="panel form" aria-label={words.privacy}>
        <h2 class="panel__title">{words.privacy}</h2>
        <p class="panel__text">{words.privacyText}</p>
        <TextPair {...part} name="privacy" />
      </section>
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <footer class="form__actions">
        <button type="submit" class="button is-primary" disabled={isBusy}>
          {isBusy ? common.saving : common.save}
        </button>
      </footer>
    </form>
  );
}

/** What is sent back of what the server told. */
function settingsOf(view: LegalView): LegalSettings {
  const { missing: _missing, informs_buyers: _informs, ...settings } = view;
  return settings;
}

type PartProps = {
  draft: LegalSettings;
  errors: FieldErrors;
  write: (part: Partial<LegalSettings>) => void;
};

function SellerFields({ draft, errors, write }: PartProps) {
  const { legal: words } = t();
  const field = (name: keyof Seller) => ({
    value: draft.seller[name],
    error: errorAt(errors, `/seller/${name}`),
    onChange: (value: string) => write({ seller: { ...draft.seller, [name]: value } }),
  });
  return (
    <section class="panel form">
      <h2 class="panel__title">{words.seller}</h2>
      <TextField label={words.name} autoComplete="organization" {...field("name")} />
      <AreaField label={words.address} hint={words.addressHint} rows={3} {...field("address")} />
      <div class="field-row">
        <TextField label={words.vatNumber} {...field("vat_number")} />
        <TextField label={words.taxCode} isOptional {...field("tax_code")} />
      </div>
      <div class="field-row">
        <TextField label={words.email} type="email" {...field("email")} />
        <TextField label={words.phone} inputMode="tel" {...field("phone")} />
      </div>
      <div class="field-row">
        <TextField label={words.pec} type="email" isOptional {...field("pec")} />
        <TextField label={words.rea} isOptional {...field("rea")} />
      </div>
    </section>
  );
}

function ReturnFields(props: PartProps) {
  const { draft, errors, write } = props;
  const { legal: words } = t();
  return (
    <section class="panel form">
      <h2 class="panel__title">{words.returns}</h2>
      <p class="panel__text">{words.returnsText}</p>
      <AreaField
        label={words.returnAddress}
        hint={words.returnAddressHint}
        isOptional
        rows={3}
        value={draft.return_address}
        error={errorAt(errors, "/return_address")}
        onChange={(value) => write({ return_address: value })}
      />
      <CheckField
        label={words.buyerPays}
        hint={words.buyerPaysHint}
        isChecked={draft.buyer_pays_return}
        onChange={(isChecked) => write({ buyer_pays_return: isChecked })}
      />
      <TextPair {...props} name="returns" />
    </section>
  );
}

/** One text in both languages, side by side where there is room. */
function TextPair(props: PartProps & { name: "terms" | "returns" | "privacy" }) {
  const { draft, errors, write, name } = props;
  const { legal: words } = t();
  const text: Bilingual = draft[name];
  const field = (lang: keyof Bilingual) => ({
    value: text[lang],
    hint: words.plainText,
    isOptional: true,
    rows: 8,
    error: errorAt(errors, `/${name}/${lang}`),
    onChange: (value: string) => write({ [name]: { ...text, [lang]: value } }),
  });
  return (
    <div class="field-row">
      <AreaField label={words.inItalian} {...field("it")} />
      <AreaField label={words.inEnglish} {...field("en")} />
    </div>
  );
}
