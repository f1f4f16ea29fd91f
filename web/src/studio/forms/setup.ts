/** Maps the set-up form to its request. */
import type { Setup } from "../../lib/types";
import type { FieldErrors } from "./errors";
import { hintFor } from "./password";

export type SetupDraft = { shopName: string; ownerName: string; email: string; password: string };

export function emptySetup(): SetupDraft {
  return { shopName: "", ownerName: "", email: "", password: "" };
}

/** Only the obvious: what an address really is, the first mail to it will tell. */
export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(text.trim());
}

export function checkSetup(draft: SetupDraft): FieldErrors {
  const errors = new Map<string, string>();
  if (draft.shopName.trim() === "") errors.set("/shop/name", "required");
  if (draft.ownerName.trim() === "") errors.set("/owner/name", "required");
  if (draft.email.trim() === "") errors.set("/owner/email", "required");
  else if (!isEmail(draft.email)) errors.set("/owner/email", "email");
  const password = checkPassword(draft.password);
  if (password !== null) errors.set("/owner/password", password);
  return errors;
}

/** The hint about guessing is advice; only the length stops the form. */
export function checkPassword(password: string): string | null {
  if (password === "") return "required";
  return hintFor(password) === "too-short" ? "too_short" : null;
}

export function setupOf(draft: SetupDraft, token: string): Setup {
  return {
    token,
    shop: { name: draft.shopName.trim() },
    owner: { name: draft.ownerName.trim(), email: draft.email.trim(), password: draft.password },
  };
}
