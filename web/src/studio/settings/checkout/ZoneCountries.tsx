import { useState } from "preact/hooks";
import { COUNTRIES, EU } from "../../../lib/countries";
import { countryName } from "../../../ui/country";
import { lang } from "../../../ui/lang";
import { Field } from "../../components/Field";
import { Icon } from "../../components/Icon";
import { freeCountries, withUnion, type ZoneDraft } from "../../forms/checkout";
import { errorAt } from "../../forms/errors";
import { t } from "../../texts";
import type { CheckoutEditor } from "./store";

type Props = { editor: CheckoutEditor; zone: ZoneDraft; index: number };

/** The countries of a zone: chosen by name one at a time, or the Union at once. */
export function ZoneCountries({ editor, zone, index }: Props) {
  const { checkout: words, common } = t();
  const [next, setNext] = useState("");
  const named = (code: string) => ({ code, name: countryName(code, lang.value) });
  const byName = (codes: readonly string[]) =>
    codes.map(named).sort((one, other) => one.name.localeCompare(other.name));
  const free = freeCountries(editor.draft.value, COUNTRIES);
  const put = (countries: string[]) => editor.writeZone(zone.key, { countries });
  const add = () => {
    if (next === "") return;
    put([...zone.countries, next]);
    setNext("");
  };
  return (
    <>
      {zone.countries.length > 0 && (
        <ul class="zone__countries" aria-label={words.countries}>
          {byName(zone.countries).map(({ code, name }) => (
            <li key={code}>
              {name}
              <button
                type="button"
                aria-label={words.removeCountry(name)}
                onClick={() => put(zone.countries.filter((other) => other !== code))}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="zone__choose">
        <Field
          label={words.addCountry}
          error={errorAt(editor.errors.value, `/zones/${index}/countries`)}
        >
          {(ids) => (
            <select
              {...ids}
              class="input input--select"
              value={next}
              onChange={(event) => setNext(event.currentTarget.value)}
            >
              <option value="">{words.chooseCountry}</option>
              {byName(free).map(({ code, name }) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button type="button" class="button" disabled={next === ""} onClick={add}>
          {common.add}
        </button>
        <button
          type="button"
          class="button"
          disabled={!free.some((code) => EU.includes(code))}
          onClick={() => put(withUnion(editor.draft.value, zone))}
        >
          {words.wholeUnion}
        </button>
      </div>
    </>
  );
}
