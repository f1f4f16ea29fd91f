import { tokenOf } from "./router";

/**
 * Takes the one-time token out of the address and wipes it there.
 *
 * The address ends up in histories, screenshots and copied links; the token must not.
 */
export function takeToken(): string | null {
  const token = tokenOf(location.hash);
  if (token !== null) history.replaceState(null, "", location.pathname + location.search);
  return token;
}
