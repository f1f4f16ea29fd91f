/** Says plainly that the page is cut off, when it tries again, and what waits to be sent. */
import type { SocketStatus } from "../../lib/socket";
import { Icon } from "../../ui/Icon";
import { common } from "../../ui/lang";
import { tick } from "../../ui/tick";
import { texts } from "../texts";

type Props = {
  status: SocketStatus;
  waiting: number;
  onRetry: () => void;
  onReload: () => void;
};

export function ConnectionBar({ status, waiting, onRetry, onReload }: Props) {
  tick.value;
  const text = texts.value;
  const { connection } = common.value;
  if (status.kind === "online") return null;
  if (status.kind === "stopped") {
    // A banned viewer reads the reason where the message would be written.
    if (status.reason === "banned" || status.reason === "closed") return null;
    return (
      <div class="connection">
        <span role="status">{text.reloadTitle}</span>
        <button type="button" class="text-button" onClick={onReload}>
          {text.reload}
        </button>
      </div>
    );
  }
  const retryAt = status.kind === "connecting" ? null : status.retryAt;
  const secs = retryAt === null ? 0 : Math.max(1, Math.ceil((retryAt - Date.now()) / 1000));
  return (
    <div class="connection">
      <Icon name="offline" />
      <span class="connection-text">
        <span role="status">{title(status)}</span>
        {retryAt !== null && <span class="numeric">, {connection.retryIn(secs)}</span>}
        {waiting > 0 && <span class="connection-waiting">{text.waitingMessages(waiting)}</span>}
      </span>
      {retryAt !== null && (
        <button type="button" class="text-button" onClick={onRetry}>
          {text.retryNow}
        </button>
      )}
    </div>
  );
}

function title(status: SocketStatus): string {
  const { connection } = common.value;
  switch (status.kind) {
    case "draining":
      return connection.draining;
    case "connecting":
      return connection.connecting;
    default:
      return navigator.onLine ? connection.lost : connection.offline;
  }
}
