import type { ShowView } from "../../lib/types";
import type { Live } from "../pages/LivePage";
import { t } from "../texts";
import { OnScreen } from "./OnScreen";
import { Preview } from "./Preview";
import { SourceSignal } from "./SourceSignal";
import { StatusButtons } from "./StatusButtons";

/** The middle of the room: what viewers see, and the switches of the show itself. */
export function Stage({ live, show }: { live: Live; show: ShowView }) {
  return (
    <section class="stage" aria-label={t().live.preview}>
      <Preview source={live.source} video={show.video} />
      <div class="stage__controls">
        <SourceSignal source={live.source} video={show.video} />
        <StatusButtons host={live.host} status={show.status} />
      </div>
      <OnScreen host={live.host} show={show} />
    </section>
  );
}
