/** The reservation while it can be paid: until when, how much, and the way to pay. */
import { formatMoney } from "../../lib/money";
import type { ServerClock } from "../../lib/time";
import type { Checkout } from "../../lib/types";
import { Icon } from "../../ui/Icon";
import { lang } from "../../ui/lang";
import { HeldClock } from "./HeldClock";
import { OrderLines } from "./OrderLines";
import { PayFailed } from "./PayFailed";
import { QueuePlace } from "./QueuePlace";
import { purchaseTexts } from "./texts";

type Props = { checkout: Checkout; clock: ServerClock; isExisting: boolean };

export function HeldView({ checkout, clock, isExisting }: Props) {
  return (
    // Where it is longer than the sheet, keys have to reach it to scroll it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls needs the focus, and nothing in it takes it.
    <section class="checkout-view" aria-label={purchaseTexts.value.checkout} tabIndex={0}>
      {isExisting && <p class="note">{purchaseTexts.value.existingHeld}</p>}
      <HeldClock checkout={checkout} clock={clock} />
      <OrderLines checkout={checkout} />
    </section>
  );
}

type FootProps = {
  checkout: Checkout;
  isBusy: boolean;
  onGiveUp: () => void;
  onElsewhere: () => void;
};

export function HeldFoot({ checkout, isBusy, onGiveUp, onElsewhere }: FootProps) {
  const text = purchaseTexts.value;
  return (
    <div class="buy-foot">
      <PayLink checkout={checkout} onElsewhere={onElsewhere} />
      {checkout.pay_url && <p class="hint">{checkout.is_test ? text.payTestHint : text.payHint}</p>}
      <button type="button" class="button is-quiet is-wide" disabled={isBusy} onClick={onGiveUp}>
        {text.release}
      </button>
    </div>
  );
}

function PayLink({ checkout, onElsewhere }: { checkout: Checkout; onElsewhere: () => void }) {
  // A page beside the video that nothing opens any more, as the shop's key for browsers is gone.
  if (checkout.status === "open" && !checkout.pay_url && !checkout.embedded) {
    return <PayFailed onElsewhere={onElsewhere} />;
  }
  if (!checkout.pay_url) return <QueuePlace checkout={checkout} />;
  return (
    <a
      class="button is-primary is-wide is-buy"
      href={checkout.pay_url}
      target="_blank"
      rel="noopener"
    >
      {/* What shipping adds is chosen over there, so no sum is promised here. */}
      {checkout.delivers_to.length > 0
        ? purchaseTexts.value.orderAndPay
        : purchaseTexts.value.pay(formatMoney(checkout.total, lang.value))}
      <Icon name="external" />
    </a>
  );
}
