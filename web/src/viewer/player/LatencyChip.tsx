/** How far behind the host this viewer is; far behind, it is the way to the live picture. */
import { texts } from "../texts";

/** Under 6 s a question is answered while it is still meant; over 15 s talking is past each other. */
const GOOD_SECS = 6;
const FAIR_SECS = 15;

type Props = { secs: number | null; onJump: () => void };

export function LatencyChip({ secs, onJump }: Props) {
  if (secs === null) return null;
  const text = texts.value;
  if (secs >= FAIR_SECS) {
    return (
      <button type="button" class="chip is-action latency is-behind numeric" onClick={onJump}>
        {text.latencyBehind(secs)}
      </button>
    );
  }
  const tone = secs < GOOD_SECS ? "is-good" : "is-fair";
  return (
    <span class={`chip latency numeric ${tone}`} title={text.latencyExplained(secs)}>
      {text.latencyLive(secs)}
    </span>
  );
}
