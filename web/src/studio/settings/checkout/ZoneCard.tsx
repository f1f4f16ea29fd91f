import { Icon } from "../../components/Icon";
import { emptyRate, RATES_MAX, type ZoneDraft } from "../../forms/checkout";
import { t } from "../../texts";
import { RateFields } from "./RateFields";
import type { CheckoutEditor } from "./store";
import { ZoneCountries } from "./ZoneCountries";

type Props = { editor: CheckoutEditor; zone: ZoneDraft; index: number };

/** Countries that are delivered to for the same price, and the ways to send a parcel there. */
export function ZoneCard({ editor, zone, index }: Props) {
  const { checkout: words } = t();
  const { zones } = editor.draft.value;
  const name = words.zone(index + 1);
  const canAdd = zone.rates.length < RATES_MAX;
  return (
    <li class="zone">
      <fieldset>
        <legend class="zone__title">{name}</legend>
        <button
          type="button"
          class="icon-button zone__remove"
          aria-label={words.removeZone(index + 1)}
          onClick={() => editor.write({ zones: zones.filter(({ key }) => key !== zone.key) })}
        >
          <Icon name="trash" />
        </button>
        <ZoneCountries editor={editor} zone={zone} index={index} />
        <h3 class="zone__part">{words.rates}</h3>
        <p class="panel__text">{words.ratesText}</p>
        <ul class="rates">
          {zone.rates.map((rate, place) => (
            <RateFields
              key={rate.key}
              editor={editor}
              zone={zone}
              rate={rate}
              pointer={`/zones/${index}/rates/${place}`}
              number={place + 1}
            />
          ))}
        </ul>
        {canAdd && (
          <button
            type="button"
            class="button is-small"
            onClick={() => editor.writeZone(zone.key, { rates: [...zone.rates, emptyRate()] })}
          >
            <Icon name="add" />
            {words.addRate}
          </button>
        )}
      </fieldset>
    </li>
  );
}
