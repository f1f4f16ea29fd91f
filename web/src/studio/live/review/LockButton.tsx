import { Icon } from "../../components/Icon";
import type { Host } from "../host";
import { words } from "./texts";

/** Pauses the chat for viewers, and opens it again. */
export function LockButton({ host, isLocked }: { host: Host; isLocked: boolean }) {
  const label = isLocked ? words().unlock : words().lock;
  return (
    <button
      type="button"
      class={isLocked ? "icon-button lock lock--on" : "icon-button lock"}
      aria-label={label}
      title={`${label} (L)`}
      aria-pressed={isLocked}
      onClick={() => void host.setChatLocked(!isLocked)}
    >
      <Icon name="lock" />
    </button>
  );
}
