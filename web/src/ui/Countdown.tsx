/** The time left until a moment, by the server's clock. */
import { formatSpan, type ServerClock } from "../lib/time";
import { tick } from "./tick";

type Props = { until: string; clock: ServerClock };

export function Countdown({ until, clock }: Props) {
  // Reading the signal subscribes this component to the seconds.
  tick.value;
  // A timer that is read out each second would silence everything else.
  return (
    <span class="numeric" role="timer" aria-live="off">
      {formatSpan(clock.msUntil(until))}
    </span>
  );
}
