import type { SocketStatus } from "../../lib/socket";
import { tick } from "../../ui/tick";
import { t } from "../texts";
import type { LiveStore } from "./store";

/** Says when the screen may be old, and why; silent while everything works. */
export function ConnectionBar({ store }: { store: LiveStore }) {
  const status = store.status.value;
  const { connection } = t();
  if (status.kind === "online") return null;
  // The very first connection is made while the page appears; saying so would only flicker.
  if (status.kind === "connecting" && store.isFirstLoad.value) return null;
  return (
    <div class="connection" role="status">
      <ConnectionText status={status} />
      {(status.kind === "offline" || status.kind === "draining") && (
        <button type="button" class="button is-small" onClick={() => store.retryNow()}>
          {connection.retry}
        </button>
      )}
      {status.kind === "stopped" && (
        <button type="button" class="button is-small" onClick={() => location.reload()}>
          {connection.reload}
        </button>
      )}
    </div>
  );
}

function ConnectionText({ status }: { status: SocketStatus }) {
  const { connection } = t();
  // Reading the signal keeps the countdown moving.
  tick.value;
  switch (status.kind) {
    case "connecting":
      return <span>{connection.connecting}</span>;
    case "online":
      return null;
    case "offline": {
      if (status.retryAt === null) return <span>{connection.offline}</span>;
      const secs = Math.max(0, Math.ceil((status.retryAt - Date.now()) / 1000));
      return <span>{connection.offlineRetry(secs)}</span>;
    }
    case "draining":
      return <span>{connection.draining}</span>;
    case "stopped":
      return <span>{status.reason === "sign_in" ? connection.signedOut : connection.stopped}</span>;
    default: {
      const impossible: never = status;
      return impossible;
    }
  }
}
