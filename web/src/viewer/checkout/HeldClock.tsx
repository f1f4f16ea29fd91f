/** Until when the pieces are held, as a time of day and as time that runs. */
import { formatTime, type ServerClock } from "../../lib/time";
import type { Checkout } from "../../lib/types";
import { Countdown } from "../../ui/Countdown";
import { Icon } from "../../ui/Icon";
import { lang } from "../../ui/lang";
import { HeldMeter } from "./HeldMeter";
import { purchaseTexts } from "./texts";

type Props = { checkout: Checkout; clock: ServerClock };

export function HeldClock({ checkout, clock }: Props) {
  const text = purchaseTexts.value;
  const until = checkout.reserved_until;
  return (
    // There from the start, so that nothing moves when the time begins to run.
    <div class="held-clock">
      <p>
        <Icon name="clock" />
        <span>{until ? text.heldUntil(formatTime(until, lang.value)) : text.heldTitle}</span>
      </p>
      {until && (
        <>
          <strong>
            <span class="visually-hidden">{text.timeLeft} </span>
            <Countdown until={until} clock={clock} />
          </strong>
          <HeldMeter from={checkout.created_at} until={until} clock={clock} />
        </>
      )}
    </div>
  );
}
