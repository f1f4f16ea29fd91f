/** Days, hours, minutes and seconds until an announced show. */
import type { ServerClock } from "../../lib/time";
import { lang } from "../../ui/lang";
import { tick } from "../../ui/tick";
import { texts } from "../texts";

const UNITS = [
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
  { unit: "second", ms: 1_000 },
] as const;

export function ShowCountdown({ until, clock }: { until: string; clock: ServerClock }) {
  tick.value;
  const text = texts.value;
  let rest = clock.msUntil(until);
  if (rest === 0) {
    return (
      <div role="status">
        <p class="lobby-state">{text.startingTitle}</p>
        <p class="hint">{text.startingText}</p>
      </div>
    );
  }
  const parts = UNITS.map(({ unit, ms }) => {
    const count = Math.floor(rest / ms);
    rest -= count * ms;
    return { unit, count };
  });
  const shown = parts[0]?.count === 0 ? parts.slice(1) : parts.slice(0, 3);
  return (
    <div>
      <p class="hint">{text.startsIn}</p>
      <p class="countdown" role="timer" aria-live="off">
        {shown.map(({ unit, count }) => (
          <span key={unit} class="countdown-part">
            <strong class="numeric">{String(count).padStart(2, "0")}</strong>
            <span>{unitName(unit, count)}</span>
          </span>
        ))}
      </p>
    </div>
  );
}

/** The unit's name as the language writes it after this count. */
function unitName(unit: (typeof UNITS)[number]["unit"], count: number): string {
  const format = new Intl.NumberFormat(lang.value, { style: "unit", unit, unitDisplay: "long" });
  return format.formatToParts(count).find((part) => part.type === "unit")?.value ?? "";
}
