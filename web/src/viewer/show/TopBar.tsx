/** What is on, who shows it, how many watch; sound and language. */
import { formatCount } from "../../lib/i18n";
import type { ShowState } from "../../lib/reduce";
import { Icon } from "../../ui/Icon";
import { LangToggle } from "../../ui/LangToggle";
import { common, lang } from "../../ui/lang";
import { LatencyChip } from "../player/LatencyChip";
import type { PlayerStore } from "../player/store";
import { texts } from "../texts";

type Props = {
  state: ShowState;
  viewers: number;
  player: PlayerStore;
  /** Provider frames have their own sound and delay. */
  hasOwnPlayer: boolean;
};

export function TopBar({ state, viewers, player, hasOwnPlayer }: Props) {
  const text = texts.value;
  const { shop, show } = state;
  const isMuted = player.isMuted.value;
  const count = formatCount(viewers, lang.value);
  return (
    <header class="top-bar">
      <div class="top-row">
        <a class="icon-button glass" href="/" aria-label={text.home(shop.name)}>
          <Icon name="home" />
        </a>
        <p class="glass pill">
          <span class={show.status === "live" ? "live-badge" : "live-badge is-paused"}>
            {show.status === "live" ? "Live" : common.value.showStatus[show.status]}
          </span>
          <span class="viewers numeric">
            <Icon name="eye" />
            <span aria-hidden="true">{count}</span>
            <span class="visually-hidden">{common.value.viewers(count, viewers)}</span>
          </span>
        </p>
        <span class="top-space" />
        <span class="glass is-round">
          <LangToggle />
        </span>
        {hasOwnPlayer && (
          <button
            type="button"
            class="icon-button glass"
            aria-label={isMuted ? text.sound : text.mute}
            onClick={() => player.setMuted(!isMuted)}
          >
            <Icon name={isMuted ? "soundOff" : "soundOn"} />
          </button>
        )}
      </div>
      <div class="top-row">
        <p class="top-title">
          <strong>{shop.name}</strong>
          <span>{show.title}</span>
        </p>
        <span class="top-space" />
        {show.is_rehearsal && <span class="chip">{text.rehearsal}</span>}
        {hasOwnPlayer && show.status === "live" && (
          <LatencyChip secs={player.latencySecs.value} onJump={player.toLive} />
        )}
      </div>
    </header>
  );
}
