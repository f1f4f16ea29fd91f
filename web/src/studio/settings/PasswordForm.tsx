import { useState } from "preact/hooks";
import { toProblem } from "../../lib/problem";
import * as api from "../api";
import { NewPasswordField } from "../components/NewPasswordField";
import { PasswordField } from "../components/PasswordField";
import { focusFirstError } from "../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS } from "../forms/errors";
import { checkPassword } from "../forms/setup";
import { problemText, t } from "../texts";
import { tell } from "../toaster";

/** Changes the member's own password. */
export function PasswordForm({ ownWords }: { ownWords: readonly string[] }) {
  const { settings, common } = t();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setProblem(null);
    const code = checkPassword(password);
    setErrors(code === null ? NO_ERRORS : new Map([["/password", code]]));
    if (code !== null) return focusFirstError();
    setBusy(true);
    try {
      await api.changePassword(current === "" ? { password } : { current, password });
      setCurrent("");
      setPassword("");
      setErrors(NO_ERRORS);
      tell(settings.changed);
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
    <form class="panel form" onSubmit={submit} noValidate>
      <h2 class="panel__title">{settings.password}</h2>
      <PasswordField
        label={settings.current}
        hint={settings.currentHint}
        autoComplete="current-password"
        value={current}
        error={errorAt(errors, "/current")}
        onChange={setCurrent}
      />
      <NewPasswordField
        label={settings.next}
        value={password}
        ownWords={ownWords}
        error={errorAt(errors, "/password")}
        onChange={setPassword}
      />
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <footer class="form__actions">
        <button type="submit" class="button is-primary" disabled={isBusy}>
          {isBusy ? common.saving : settings.change}
        </button>
      </footer>
    </form>
  );
}
