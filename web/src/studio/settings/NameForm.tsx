import { useState } from "preact/hooks";
import { toProblem } from "../../lib/problem";
import { TextField } from "../components/TextField";
import { focusFirstError } from "../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS } from "../forms/errors";
import { memberTexts } from "../members/texts";
import { changeName } from "../session";
import { problemText, t } from "../texts";
import { tell } from "../toaster";

/** Changes the member's own name. */
export function NameForm({ name }: { name: string }) {
  const { account } = memberTexts.value;
  const [draft, setDraft] = useState(name);
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setProblem(null);
    const isEmpty = draft.trim() === "";
    setErrors(isEmpty ? new Map([["/name", "required"]]) : NO_ERRORS);
    if (isEmpty) return focusFirstError();
    setBusy(true);
    try {
      await changeName(draft.trim());
      tell(account.changed);
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
    <form class="form name-form" onSubmit={submit} noValidate>
      <TextField
        label={account.name}
        hint={account.nameHint}
        autoComplete="name"
        maxLength={60}
        value={draft}
        error={errorAt(errors, "/name")}
        onChange={setDraft}
      />
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <footer class="form__actions">
        <button type="submit" class="button" disabled={isBusy}>
          {isBusy ? t().common.saving : account.change}
        </button>
      </footer>
    </form>
  );
}
