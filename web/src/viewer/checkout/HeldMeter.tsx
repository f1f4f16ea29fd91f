/** How much of the reservation's time is left, as a bar. */
import type { ServerClock } from "../../lib/time";
import { tick } from "../../ui/tick";

type Props = { from: string; until: string; clock: ServerClock };

export function HeldMeter({ from, until, clock }: Props) {
  tick.value;
  const wholeMs = Date.parse(until) - Date.parse(from);
  const share = wholeMs > 0 ? Math.min(1, clock.msUntil(until) / wholeMs) : 0;
  return (
    <span class="held-meter" aria-hidden="true">
      <span style={{ transform: `scaleX(${share})` }} />
    </span>
  );
}
