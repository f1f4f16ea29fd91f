/** Where it goes and what that costs, said before anything is bought. */
import { useEffect, useId, useRef } from "preact/hooks";
import { asksCountry, listCountries, shippingCost, zoneOf } from "../../lib/delivery";
import type { DeliveryZone, Money } from "../../lib/types";
import { countryName } from "../../ui/country";
import { lang } from "../../ui/lang";
import type { DeliveryStore } from "../store/delivery";
import { costTexts } from "./costTexts";
import { deliveryTexts } from "./texts";

type Props = { delivery: DeliveryStore; subtotal: Money };

export function ShipTo({ delivery, subtotal }: Props) {
  const text = deliveryTexts.value;
  const zones = delivery.zones.value;
  if (zones.length === 0) return <p class="hint">{text.nothing}</p>;
  const country = delivery.country.value;
  return (
    <div class="ship-to">
      {asksCountry(zones) && <CountryField delivery={delivery} zones={zones} />}
      <p class="hint ship-cost" aria-live="polite">
        {sayCost(zones, country, subtotal).map((sentence) => (
          <span key={sentence}>{sentence} </span>
        ))}
      </p>
    </div>
  );
}

function sayCost(zones: DeliveryZone[], country: string | null, subtotal: Money): string[] {
  const text = deliveryTexts.value;
  const zone = zoneOf(zones, country);
  const cost = zone && shippingCost(zone, subtotal);
  if (!zone || !cost) return [text.unknown];
  // With one zone nobody was asked, so a guess at the country is not shown as a fact.
  const only = zone.countries.length === 1 ? (zone.countries[0] ?? null) : null;
  const named = asksCountry(zones) ? country : only;
  const place = named && countryName(named, lang.value);
  return costTexts({ zone, cost, place, subtotal, lang: lang.value, text });
}

function CountryField({ delivery, zones }: { delivery: DeliveryStore; zones: DeliveryZone[] }) {
  const text = deliveryTexts.value;
  const id = useId();
  const select = useRef<HTMLSelectElement>(null);
  const country = delivery.country.value;
  const asked = delivery.asked.value;
  const askedBefore = useRef(asked);
  const isMissing = country === null && asked > askedBefore.current;
  useEffect(() => {
    if (asked > askedBefore.current) select.current?.focus();
  }, [asked]);
  return (
    <div class="field">
      <label for={id}>{text.shipTo}</label>
      <select
        ref={select}
        id={id}
        class="input"
        value={country ?? ""}
        aria-invalid={isMissing}
        aria-describedby={isMissing ? `${id}-error` : undefined}
        onChange={(event) => delivery.choose(event.currentTarget.value)}
      >
        {country === null && (
          <option value="" disabled>
            {text.choose}
          </option>
        )}
        {listCountries(zones, (code) => countryName(code, lang.value)).map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
      {isMissing && (
        <p id={`${id}-error`} class="error-text" role="alert">
          {text.missing}
        </p>
      )}
    </div>
  );
}
