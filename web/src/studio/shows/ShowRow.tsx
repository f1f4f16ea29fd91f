import type { ShowSummary } from "../../lib/types";
import { Icon } from "../components/Icon";
import { Link } from "../components/Link";
import { ShowStatusChip } from "../components/ShowStatusChip";
import { may } from "../session";
import { dateTime, t } from "../texts";

/** One show with what can be done with it from outside. */
export function ShowRow({ show, onDelete }: { show: ShowSummary; onDelete: () => void }) {
  const { shows, common } = t();
  const isOnAir = show.status === "live" || show.status === "paused";
  return (
    <li class={isOnAir ? "row row--show row--on-air" : "row row--show"}>
      <Link to={{ page: "live", id: show.id }} class="row__picture" label={show.title}>
        {show.poster_url === null ? (
          <Icon name="live" />
        ) : (
          <img src={show.poster_url} alt="" width={96} height={54} loading="lazy" />
        )}
      </Link>
      <div class="row__words">
        <p class="row__title">
          <Link to={{ page: "live", id: show.id }}>{show.title}</Link>
        </p>
        <p class="row__meta">
          <ShowStatusChip status={show.status} />
          {show.is_rehearsal && <span class="chip chip--quiet">{shows.rehearsal}</span>}
          <span>{momentOf(show)}</span>
        </p>
      </div>
      <div class="row__actions">
        {may("shows") && show.status === "draft" && (
          <button
            type="button"
            class="icon-button"
            aria-label={shows.deleteLabel(show.title)}
            title={common.delete}
            onClick={onDelete}
          >
            <Icon name="trash" />
          </button>
        )}
        {may("shows") && (
          <Link
            to={{ page: "show-edit", id: show.id }}
            class="button is-small"
            label={shows.editLabel(show.title)}
          >
            {common.edit}
          </Link>
        )}
        <Link
          to={{ page: "live", id: show.id }}
          class={isOnAir ? "button is-small is-primary" : "button is-small"}
        >
          {isOnAir ? shows.openLive : show.status === "ended" ? shows.report : shows.prepare}
        </Link>
      </div>
    </li>
  );
}

function momentOf(show: ShowSummary): string {
  const { shows } = t();
  if (show.ended_at !== null) return shows.endedAt(dateTime(show.ended_at));
  if (show.started_at !== null) return shows.startedAt(dateTime(show.started_at));
  return show.starts_at === null ? shows.noDate : shows.startsAt(dateTime(show.starts_at));
}
