import { useState } from "preact/hooks";
import { toProblem } from "../../lib/problem";
import { NewPasswordField } from "../components/NewPasswordField";
import { TextField } from "../components/TextField";
import { focusFirstError } from "../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS, stillWrong } from "../forms/errors";
import { checkSetup, emptySetup, type SetupDraft, setupOf } from "../forms/setup";
import { replace } from "../navigation";
import { setUp } from "../session";
import { DoorFrame } from "../shell/DoorFrame";
import { problemText, t } from "../texts";

/** Makes the shop and its owner on a fresh installation. */
export function SetupPage({ token }: { token: string | null }) {
  const { setup } = t();
  if (token === null) {
    return (
      <DoorFrame title={setup.noTokenTitle} text={setup.noTokenText}>
        <a class="button is-wide" href="/studio">
          {t().signIn.submit}
        </a>
      </DoorFrame>
    );
  }
  return (
    <DoorFrame title={setup.title} text={setup.text}>
      <SetupForm token={token} />
    </DoorFrame>
  );
}

function SetupForm({ token }: { token: string }) {
  const { setup } = t();
  const [draft, setDraft] = useState<SetupDraft>(emptySetup);
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const write = (part: Partial<SetupDraft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    setErrors(stillWrong(errors, checkSetup(next)));
  };

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const found = checkSetup(draft);
    setErrors(found);
    setProblem(null);
    if (found.size > 0) return focusFirstError();
    setBusy(true);
    try {
      await setUp(setupOf(draft, token));
      replace({ page: "shows" });
    } catch (cause) {
      const refusal = toProblem(cause);
      const isUsed = [401, 404, 409, 410].includes(refusal.status);
      setErrors(errorsOf(refusal));
      setProblem(isUsed ? setup.takenText : problemText(refusal));
      setBusy(false);
    }
  };
  return (
    <form class="door__form" onSubmit={submit} noValidate>
      <TextField
        label={setup.shopName}
        hint={setup.shopNameHint}
        autoComplete="organization"
        value={draft.shopName}
        error={errorAt(errors, "/shop/name")}
        onChange={(shopName) => write({ shopName })}
      />
      <TextField
        label={setup.ownerName}
        hint={setup.ownerNameHint}
        autoComplete="name"
        value={draft.ownerName}
        error={errorAt(errors, "/owner/name")}
        onChange={(ownerName) => write({ ownerName })}
      />
      <TextField
        label={setup.email}
        type="email"
        autoComplete="email"
        value={draft.email}
        error={errorAt(errors, "/owner/email")}
        onChange={(email) => write({ email })}
      />
      <NewPasswordField
        label={setup.password}
        value={draft.password}
        ownWords={[draft.shopName, draft.ownerName, draft.email]}
        error={errorAt(errors, "/owner/password")}
        onChange={(password) => write({ password })}
      />
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" class="button is-primary is-wide" aria-disabled={isBusy}>
        {isBusy ? setup.submitting : setup.submit}
      </button>
    </form>
  );
}
