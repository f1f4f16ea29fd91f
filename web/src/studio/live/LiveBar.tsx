import { formatSpan } from "../../lib/time";
import type { ShowView } from "../../lib/types";
import { tick } from "../../ui/tick";
import { Icon } from "../components/Icon";
import { Link } from "../components/Link";
import { ShowStatusChip } from "../components/ShowStatusChip";
import { copyText } from "../copy";
import type { Live } from "../pages/LivePage";
import { may } from "../session";
import { count, t } from "../texts";
import { undo } from "../toaster";
import { useTitle } from "../useTitle";

type Props = { live: Live; show: ShowView; onHelp: () => void };

/** Which show this is, how it stands, and the ways out of the screen. */
export function LiveBar({ live, show, onHelp }: Props) {
  const { live: words, common, keys, showForm } = t();
  useTitle(show.title);
  const viewerUrl = new URL(`/show/${show.slug}`, location.href).href;
  const viewers = live.store.viewers.value;
  return (
    <header class="live-bar">
      <Link to={{ page: "shows" }} class="icon-button" label={words.exit}>
        <Icon name="back" />
      </Link>
      <h1 class="live-bar__title">{show.title}</h1>
      <ShowStatusChip status={show.status} />
      <OnAirTime show={show} live={live} />
      <p class="live-bar__viewers">
        <Icon name="eye" />
        <strong class="numeric">{count(viewers)}</strong>
        <span class="live-bar__unit">{words.viewers(viewers)}</span>
      </p>
      <div class="live-bar__actions">
        <button
          type="button"
          class="button is-small is-wide-only"
          onClick={() => copyText(viewerUrl)}
        >
          <Icon name="copy" />
          {words.viewerLink}
        </button>
        <button
          type="button"
          class="icon-button is-narrow-only"
          aria-label={words.copyLink}
          onClick={() => copyText(viewerUrl)}
        >
          <Icon name="copy" />
        </button>
        <a
          class="icon-button"
          href={viewerUrl}
          target="_blank"
          rel="noopener"
          aria-label={`${words.openViewer} (${common.openInNewTab})`}
          title={words.openViewer}
        >
          <Icon name="open" />
        </a>
        <button
          type="button"
          class="icon-button is-wide-only"
          aria-label={common.undo}
          title={`${common.undo} (U)`}
          onClick={() => undo()}
        >
          <Icon name="undo" />
        </button>
        {may("shows") && (
          <Link
            to={{ page: "show-edit", id: show.id }}
            class="icon-button is-wide-only"
            label={showForm.editTitle}
          >
            <Icon name="edit" />
          </Link>
        )}
        <button
          type="button"
          class="icon-button is-wide-only"
          aria-label={keys.show}
          title={`${keys.show} (?)`}
          onClick={onHelp}
        >
          <Icon name="keyboard" />
        </button>
      </div>
    </header>
  );
}

function OnAirTime({ show, live }: { show: ShowView; live: Live }) {
  // Reading the signal draws this component again each second.
  tick.value;
  const isOnAir = show.status === "live" || show.status === "paused";
  if (!isOnAir || show.started_at === null) return null;
  const span = formatSpan(live.store.clock.now() - Date.parse(show.started_at));
  return (
    <span class="live-bar__time numeric" role="timer" aria-label={t().live.onAirFor}>
      {span}
    </span>
  );
}
