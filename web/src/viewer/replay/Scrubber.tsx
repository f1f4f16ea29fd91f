/**
 * Where the replay is: a slider by the browser's own means, so that keys and screen readers know it.
 *
 * Above it the hearts of the evening, on it a mark for each product that came on screen.
 */
import { useMemo } from "preact/hooks";
import { formatSpan } from "../../lib/time";
import { chapterAt, heatBars } from "./chapters";
import type { ReplayStore } from "./store";
import { replayTexts } from "./texts";

/** As many as stand apart on a phone. */
const BARS = 60;
/** One press of an arrow key. */
const STEP_SECS = 5;

export function Scrubber({ store }: { store: ReplayStore }) {
  const { media, chapters } = store;
  const text = replayTexts.value;
  const replay = store.replay.value;
  const length = Math.max(1, Math.floor(media.lengthSecs.value));
  const secs = Math.min(Math.floor(media.secs.value), length);
  const bars = useMemo(
    () =>
      replay
        ? heatBars(replay.hearts, Date.parse(replay.starts_at), media.lengthSecs.value, BARS)
        : [],
    [replay, media.lengthSecs.value],
  );
  const span = (value: number) => formatSpan(value * 1000);
  const chapter = chapterAt(chapters.value, secs);
  return (
    <div class="scrubber">
      <svg class="heat" viewBox={`0 0 ${BARS} 10`} preserveAspectRatio="none" aria-hidden="true">
        {bars.map((height, index) => (
          <rect key={index} x={index + 0.1} y={10 - height * 10} width={0.8} height={height * 10} />
        ))}
      </svg>
      <div class="scrubber-track">
        <input
          type="range"
          min={0}
          max={length}
          step={STEP_SECS}
          value={secs}
          style={{ "--done": `${(secs / length) * 100}%` }}
          disabled={media.lengthSecs.value === 0}
          aria-label={text.position}
          aria-valuetext={text.positionText(span(secs), span(length), chapter?.title ?? null)}
          onInput={({ currentTarget }) => media.seek(Number(currentTarget.value))}
        />
        {chapters.value
          .filter((one) => one.secs <= length)
          .map((one) => (
            <span
              key={`${one.productId}-${one.secs}`}
              class="scrubber-mark"
              style={{ insetInlineStart: `${(one.secs / length) * 100}%` }}
            />
          ))}
      </div>
      <p class="scrubber-times numeric" aria-hidden="true">
        <span>{span(secs)}</span>
        <span class="scrubber-title">{chapter?.title}</span>
        <span>{media.lengthSecs.value > 0 ? span(length) : ""}</span>
      </p>
    </div>
  );
}
