/** A show in the storefront: large while it is live, smaller before and after. */
import { formatDate, formatDateTime } from "../../lib/time";
import type { ShowSummary } from "../../lib/types";
import { Icon } from "../../ui/Icon";
import { common, lang } from "../../ui/lang";
import { Backdrop } from "../player/Player";
import { texts } from "../texts";

type Props = { show: ShowSummary; isLarge?: boolean };

export function ShowCard({ show, isLarge = false }: Props) {
  const text = texts.value;
  const isLive = show.status === "live";
  return (
    <a
      class={isLarge ? "show-card is-large" : "show-card"}
      href={`/show/${encodeURIComponent(show.slug)}`}
    >
      <div class="show-poster">
        <Backdrop poster={show.poster_url} />
        {isLarge && (
          <span class={isLive ? "live-badge" : "live-badge is-paused"}>
            {common.value.showStatus[show.status]}
          </span>
        )}
      </div>
      <div class="show-facts">
        <h3>{show.title}</h3>
        <When show={show} />
        {show.status === "ended" && show.replay_published_at !== null && (
          <p class="show-replay">
            <Icon name="play" isFilled /> {text.withReplay}
          </p>
        )}
        {isLarge && show.description && <p class="show-description">{show.description}</p>}
        {isLarge && (
          <span class="button is-primary">
            <Icon name="play" isFilled /> {text.watchNow}
          </span>
        )}
      </div>
    </a>
  );
}

function When({ show }: { show: ShowSummary }) {
  const text = texts.value;
  if (show.status === "scheduled") {
    const when = show.starts_at ? formatDateTime(show.starts_at, lang.value) : text.noDate;
    return <p class="show-when">{when}</p>;
  }
  const past = show.started_at ?? show.ended_at;
  if (show.status !== "ended" || !past) return null;
  return <p class="show-when">{text.tookPlace(formatDate(past, lang.value))}</p>;
}
