/**
 * The anonymous identity of this viewer in one show.
 *
 * Held in memory and session storage. The pay page may return into a tab of its own, which
 * has neither; for that one case the token waits in local storage under the checkout's id.
 */
import type { Api } from "../../lib/api";
import type { NewViewer } from "../../lib/types";
import { readStored, writeStored } from "../../ui/storage";

/** A payment that takes longer than a day is looked up in the mail, not here. */
const RETURN_MS = 86_400_000;

const RETURN_PREFIX = "vetrina.return.";

export type ViewerSession = {
  token(): string | null;
  /** Gives the token, asking for one first when there is none or the old one is refused. */
  ensure(showId: string, isRenewal: boolean): Promise<string>;
  /** Lets another tab of this browser show how this checkout ended. */
  rememberReturn(checkoutId: string): void;
};

export function createSession(api: () => Api, returningId: string | null): ViewerSession {
  let token: string | null = null;
  let pending: Promise<string> | null = null;
  const request = async (showId: string): Promise<string> => {
    const viewer = await api().post<NewViewer>(`/shows/${showId}/viewers`);
    token = viewer.token;
    writeStored(storedAs(showId), token, "session");
    return token;
  };
  return {
    token: () => token,
    ensure(showId, isRenewal) {
      if (!isRenewal) token ??= readStored(storedAs(showId), "session") ?? findReturn(returningId);
      if (token && !isRenewal) {
        writeStored(storedAs(showId), token, "session");
        return Promise.resolve(token);
      }
      pending ??= request(showId).finally(() => {
        pending = null;
      });
      return pending;
    },
    rememberReturn(checkoutId) {
      forgetOldReturns();
      const until = Date.now() + RETURN_MS;
      if (token) writeStored(RETURN_PREFIX + checkoutId, `${until} ${token}`);
    },
  };
}

function storedAs(showId: string): string {
  return `vetrina.viewer.${showId}`;
}

function findReturn(checkoutId: string | null): string | null {
  const [until, token] =
    (checkoutId ? readStored(RETURN_PREFIX + checkoutId) : null)?.split(" ") ?? [];
  return token && Number(until) > Date.now() ? token : null;
}

function forgetOldReturns(): void {
  try {
    for (const key of Object.keys(localStorage)) {
      const until = Number(localStorage.getItem(key)?.split(" ")[0]);
      if (key.startsWith(RETURN_PREFIX) && until < Date.now()) localStorage.removeItem(key);
    }
  } catch {
    // Without storage there is nothing to forget.
  }
}
