import { useState } from "preact/hooks";
import { toProblem } from "../../lib/problem";
import type { MadeInvitation, Role } from "../../lib/types";
import * as api from "../api";
import { SelectField } from "../components/SelectField";
import { TextField } from "../components/TextField";
import { focusFirstError } from "../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS } from "../forms/errors";
import { memberProblem, memberTexts, roleOptions } from "./texts";

/** Asks for the role, and for an address where the link is to be mailed. */
export function InviteForm({ onMade }: { onMade: (made: MadeInvitation) => void }) {
  const words = memberTexts.value;
  const [role, setRole] = useState<Role>("moderator");
  const [email, setEmail] = useState("");
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
      onMade(await api.invite({ role, email: email.trim() === "" ? null : email.trim() }));
    } catch (cause) {
      const refusal = toProblem(cause);
      const found = errorsOf(refusal);
      setErrors(found);
      if (found.size === 0) setProblem(memberProblem(refusal));
      focusFirstError();
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="form invitation-form" onSubmit={submit} noValidate>
      <SelectField
        label={words.form.role}
        hint={words.does[role]}
        value={role}
        options={roleOptions()}
        onChange={setRole}
      />
      <TextField
        label={words.form.email}
        hint={words.form.emailHint}
        type="email"
        isOptional
        value={email}
        error={errorAt(errors, "/email")}
        onChange={setEmail}
      />
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <footer class="form__actions">
        <button type="submit" class="button is-primary" disabled={isBusy}>
          {isBusy ? words.form.creating : words.form.create}
        </button>
      </footer>
    </form>
  );
}
