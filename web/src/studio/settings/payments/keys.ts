/** What can be told of a key before the server sees it. */
import type { KeyMode } from "../../../lib/types";
import type { FieldErrors } from "../../forms/errors";

/** The same of the key that browsers may see; none at all is no fault. */
export function publishableErrors(key: string, mode: KeyMode): FieldErrors {
  if (key.trim() === "") return new Map();
  const found = /^pk_(test|live)_\w{5,}$/.exec(key.trim());
  if (found === null) return new Map([["/publishable_key", "unknown_publishable_key"]]);
  return found[1] === mode ? new Map() : new Map([["/publishable_key", "key_of_other_mode"]]);
}

/** Whether a key is one, and of the money that is being set up. */
export function keyErrors(key: string, mode: KeyMode): FieldErrors {
  const found = /^[sr]k_(test|live)_\w{5,}$/.exec(key.trim());
  if (found === null) return new Map([["/secret_key", "unknown_key"]]);
  return found[1] === mode ? new Map() : new Map([["/secret_key", "key_of_other_mode"]]);
}
