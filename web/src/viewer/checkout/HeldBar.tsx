/** Keeps a reservation in sight while its panel is closed. */
import type { ServerClock } from "../../lib/time";
import type { Checkout } from "../../lib/types";
import { Countdown } from "../../ui/Countdown";
import { Icon } from "../../ui/Icon";
import { isPayable } from "../store/checkout";
import { texts } from "../texts";

type Props = { checkout: Checkout; clock: ServerClock; onOpen: () => void };

export function HeldBar({ checkout, clock, onOpen }: Props) {
  const text = texts.value;
  const canPay = isPayable(checkout.status);
  return (
    <button type="button" class="held-bar" onClick={onOpen}>
      <Icon name="clock" />
      <span class="held-bar-text">
        {canPay ? text.heldTitle : text.processingTitle}
        {canPay && checkout.reserved_until && (
          <>
            {" · "}
            <Countdown until={checkout.reserved_until} clock={clock} />
          </>
        )}
      </span>
      {canPay && <span class="held-bar-pay">{text.payShort}</span>}
    </button>
  );
}
