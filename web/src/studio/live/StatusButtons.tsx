import type { ShowStatus } from "../../lib/types";
import { Icon } from "../components/Icon";
import { may } from "../session";
import { t } from "../texts";
import { HoldButton } from "./HoldButton";
import type { Host } from "./host";

/** Go live, pause, resume, end: only those that the show's state allows. */
export function StatusButtons({ host, status }: { host: Host; status: ShowStatus }) {
  const { live } = t();
  if (!may("shows")) return null;
  const isBusy = host.isStatusPending.value;
  switch (status) {
    case "draft":
    case "scheduled":
      return (
        <button
          type="button"
          class="button go-live"
          disabled={isBusy}
          onClick={() => host.putStatus("live")}
        >
          <Icon name="live" />
          {live.goLive}
        </button>
      );
    case "live":
    case "paused":
      return (
        <div class="status-buttons">
          <button
            type="button"
            class={status === "paused" ? "button go-live" : "button"}
            disabled={isBusy}
            onClick={() => host.putStatus(status === "paused" ? "live" : "paused")}
          >
            <Icon name={status === "paused" ? "live" : "pause"} />
            {status === "paused" ? live.resume : live.pause}
          </button>
          <HoldButton isDisabled={isBusy} onHeld={() => host.putStatus("ended")} />
        </div>
      );
    case "ended":
      return <p class="stage__note">{live.ended}</p>;
    default: {
      const impossible: never = status;
      return impossible;
    }
  }
}
