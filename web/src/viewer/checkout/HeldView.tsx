/** The reservation while it can be paid: until when, how much, and the way to pay. */
import { formatMoney } from "../../lib/money";
import { formatTime, type ServerClock } from "../../lib/time";
import type { Checkout } from "../../lib/types";
import { Countdown } from "../../ui/Countdown";
import { Icon } from "../../ui/Icon";
import { lang } from "../../ui/lang";
import { texts } from "../texts";
import { HeldMeter } from "./HeldMeter";
import { OrderLines } from "./OrderLines";
import { QueuePlace } from "./QueuePlace";

type Props = { checkout: Checkout; clock: ServerClock; isExisting: boolean };

export function HeldView({ checkout, clock, isExisting }: Props) {
  const text = texts.value;
  const until = checkout.reserved_until;
  return (
    <div class="checkout-view">
      {isExisting && <p class="note">{text.existingHeld}</p>}
      {/* There from the start, so that nothing moves when the time begins to run. */}
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
      <OrderLines checkout={checkout} />
    </div>
  );
}

type FootProps = { checkout: Checkout; isBusy: boolean; onGiveUp: () => void };

export function HeldFoot({ checkout, isBusy, onGiveUp }: FootProps) {
  const text = texts.value;
  return (
    <div class="buy-foot">
      {checkout.pay_url ? (
        <a
          class="button is-primary is-wide is-buy"
          href={checkout.pay_url}
          target="_blank"
          rel="noopener"
        >
          {text.pay(formatMoney(checkout.total, lang.value))}
          <Icon name="external" />
        </a>
      ) : (
        <QueuePlace checkout={checkout} />
      )}
      <p class="hint">{checkout.is_test ? text.payTestHint : text.payHint}</p>
      <button type="button" class="button is-quiet is-wide" disabled={isBusy} onClick={onGiveUp}>
        {text.release}
      </button>
    </div>
  );
}
