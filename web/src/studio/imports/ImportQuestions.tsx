import type { ImportFormat } from "../../lib/types";
import { SelectField } from "../components/SelectField";
import { errorAt, errorsOf } from "../forms/errors";
import { t } from "../texts";
import type { ImportStore } from "./importStore";

/** Currencies of the countries where small European shops sell; the shop's own comes first. */
const CURRENCIES = ["EUR", "CHF", "GBP", "USD", "DKK", "SEK", "NOK", "PLN", "CZK", "HUF", "RON"];

const FORMATS: readonly ImportFormat[] = ["auto", "shopify", "google", "vetrina"];

/** What a file does not say: its format when it cannot be guessed, and the currency. */
export function ImportQuestions({ store }: { store: ImportStore }) {
  const { imports } = t();
  const problem = store.problem.value;
  const currencies = [...new Set([store.currency.value, ...CURRENCIES])];
  return (
    <div class="field-row">
      <SelectField
        label={imports.format}
        value={store.format.value}
        options={FORMATS.map((value) => ({ value, label: imports[value] }))}
        onChange={(format) => {
          store.format.value = format;
        }}
      />
      <SelectField
        label={imports.currency}
        hint={imports.currencyHint}
        error={problem === null ? null : errorAt(errorsOf(problem), "currency")}
        value={store.currency.value}
        options={currencies.map((value) => ({ value, label: value }))}
        onChange={(currency) => {
          store.currency.value = currency;
        }}
      />
    </div>
  );
}
