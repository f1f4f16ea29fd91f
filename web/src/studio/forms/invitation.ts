/** Checks the form with which an invited person joins. */
import type { ApiProblem } from "../../lib/problem";
import type { InvitationPreview } from "../../lib/types";
import { errorsOf, type FieldErrors } from "./errors";
import { checkPassword, isEmail } from "./setup";

export type AcceptDraft = { name: string; email: string; password: string };

/** The address that was invited is there already; it can be changed. */
export function emptyAccept(preview: Pick<InvitationPreview, "email">): AcceptDraft {
  return { name: "", email: preview.email ?? "", password: "" };
}

export function checkAccept(draft: AcceptDraft): FieldErrors {
  const errors = new Map<string, string>();
  if (draft.name.trim() === "") errors.set("/name", "required");
  if (draft.email.trim() === "") errors.set("/email", "required");
  else if (!isEmail(draft.email)) errors.set("/email", "email");
  const password = checkPassword(draft.password);
  if (password !== null) errors.set("/password", password);
  return errors;
}

/** The errors of a refusal at the fields of this form. */
export function acceptErrorsOf(problem: ApiProblem): FieldErrors {
  if (problem.code === "email_taken") return new Map([["/email", problem.code]]);
  return errorsOf(problem);
}
