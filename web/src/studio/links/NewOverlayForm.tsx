import { useState } from "preact/hooks";
import { toProblem } from "../../lib/problem";
import type { LinkSource, MadeOverlayKey } from "../../lib/types";
import * as api from "../api";
import { SelectField } from "../components/SelectField";
import { TextField } from "../components/TextField";
import { focusFirstError } from "../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS } from "../forms/errors";
import { problemText, t } from "../texts";
import { linkTexts, sourceOptions } from "./texts";

/** Makes a key for an overlay. */
export function NewOverlayForm({ onMade }: { onMade: (made: MadeOverlayKey) => void }) {
  const words = linkTexts.value.overlays;
  const [name, setName] = useState("");
  const [source, setSource] = useState<LinkSource>("youtube");
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    setErrors(NO_ERRORS);
    try {
      onMade(await api.createOverlayKey({ name: name.trim(), source }));
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
  return (
    <form class="form link-form" onSubmit={submit} noValidate>
      <TextField
        label={words.name}
        hint={words.nameHint}
        isRequired
        maxLength={80}
        value={name}
        error={errorAt(errors, "/name")}
        onChange={setName}
      />
      <SelectField
        label={words.source}
        value={source}
        options={sourceOptions()}
        onChange={setSource}
      />
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <footer class="form__actions">
        <button type="submit" class="button is-primary" disabled={isBusy}>
          {isBusy ? t().common.saving : words.create}
        </button>
      </footer>
    </form>
  );
}
