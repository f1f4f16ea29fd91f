/** What a lower price is held against, and how long and for how many an offer lasts. */
import { formatMoney, formatPercent } from "../../lib/money";
import type { ServerClock } from "../../lib/time";
import type { Reduction, VariantOffer } from "../../lib/types";
import { Countdown } from "../../ui/Countdown";
import { lang } from "../../ui/lang";
import { offerTexts } from "./texts";

type Props = { offer: VariantOffer; clock: ServerClock };

export function OfferNote({ offer, clock }: Props) {
  const { ends_at, units_left, units_per_buyer } = offer;
  const text = offerTexts.value;
  return (
    <span class="offer-note">
      <Lowest reduction={offer} />
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

/** The reduction of a price that lasts, as the catalogue has it. */
export function ReductionNote({ reduction }: { reduction: Reduction }) {
  return (
    <span class="offer-note">
      <Lowest reduction={reduction} />
    </span>
  );
}

/** The lowest price of the days before a reduction, which each reduction has to name. */
function Lowest({ reduction }: { reduction: Reduction }) {
  const { lowest, lowest_days, percent } = reduction;
  return (
    <span class="offer-law">
      {offerTexts.value.lowest(lowest_days)} <s>{formatMoney(lowest, lang.value)}</s>
      {percent > 0 && <strong> {formatPercent(-percent, lang.value)}</strong>}
    </span>
  );
}
