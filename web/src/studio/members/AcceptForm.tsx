import { useState } from "preact/hooks";
import { type ApiProblem, toProblem } from "../../lib/problem";
import type { InvitationPreview } from "../../lib/types";
import { NewPasswordField } from "../components/NewPasswordField";
import { TextField } from "../components/TextField";
import { focusFirstError } from "../focus";
import { errorAt, type FieldErrors, NO_ERRORS, stillWrong } from "../forms/errors";
import { type AcceptDraft, acceptErrorsOf, checkAccept, emptyAccept } from "../forms/invitation";
import { replace } from "../navigation";
import { acceptInvitation } from "../session";
import { memberProblem, memberTexts } from "./texts";

type Props = {
  token: string;
  preview: InvitationPreview;
  /** The invitation ended while the form was filled in. */
  onClosed: (problem: ApiProblem) => void;
};

/** Name, address and password of who joins. */
export function AcceptForm({ token, preview, onClosed }: Props) {
  const { door } = memberTexts.value;
  const [draft, setDraft] = useState<AcceptDraft>(() => emptyAccept(preview));
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const write = (part: Partial<AcceptDraft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    setErrors(stillWrong(errors, checkAccept(next)));
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const found = checkAccept(draft);
    setErrors(found);
    setProblem(null);
    if (found.size > 0) return focusFirstError();
    setBusy(true);
    try {
      await acceptInvitation({
        token,
        name: draft.name.trim(),
        email: draft.email.trim(),
        password: draft.password,
      });
      replace({ page: "shows" });
    } catch (cause) {
      const refusal = toProblem(cause);
      setBusy(false);
      if (refusal.status === 404 || refusal.status === 410) return onClosed(refusal);
      const refused = acceptErrorsOf(refusal);
      setErrors(refused);
      if (refused.size === 0) setProblem(memberProblem(refusal));
      focusFirstError();
    }
  };
  return (
    <form class="door__form" onSubmit={submit} noValidate>
      <TextField
        label={door.name}
        hint={door.nameHint}
        autoComplete="name"
        maxLength={60}
        value={draft.name}
        error={errorAt(errors, "/name")}
        onChange={(name) => write({ name })}
      />
      <TextField
        label={door.email}
        hint={door.emailHint}
        type="email"
        autoComplete="username"
        value={draft.email}
        error={errorAt(errors, "/email")}
        onChange={(email) => write({ email })}
      />
      <NewPasswordField
        label={door.password}
        value={draft.password}
        ownWords={[draft.name, draft.email, preview.shop_name]}
        error={errorAt(errors, "/password")}
        onChange={(password) => write({ password })}
      />
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" class="button is-primary is-wide" aria-disabled={isBusy}>
        {isBusy ? door.submitting : door.submit}
      </button>
    </form>
  );
}
