/** What an offer is held against, and how long and for how many it lasts. */
import { formatMoney, formatPercent } from "../../lib/money";
import type { ServerClock } from "../../lib/time";
import type { VariantOffer } from "../../lib/types";
import { Countdown } from "../../ui/Countdown";
import { lang } from "../../ui/lang";
import { offerTexts } from "./texts";

type Props = { offer: VariantOffer; clock: ServerClock };

export function OfferNote({ offer, clock }: Props) {
  const { lowest, lowest_days, percent, ends_at, units_left, units_per_buyer } = offer;
  const text = offerTexts.value;
  return (
    <span class="offer-note">
      <span class="offer-law">
        {text.lowest(lowest_days)} <s>{formatMoney(lowest, lang.value)}</s>
        {percent > 0 && <strong> {formatPercent(-percent, lang.value)}</strong>}
      </span>
      {ends_at && (
        <span class="offer-time">
          {text.endsIn} <Countdown until={ends_at} clock={clock} />
        </span>
      )}
      {units_left !== null && <span>{text.left(units_left)}</span>}
      {units_per_buyer !== null && <span>{text.perBuyer(units_per_buyer)}</span>}
    </span>
  );
}
