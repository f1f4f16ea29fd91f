import { Icon } from "../../components/Icon";
import { TextField } from "../../components/TextField";
import { RATE_NAME_LENGTH_MAX, type RateDraft, type ZoneDraft } from "../../forms/checkout";
import { errorAt } from "../../forms/errors";
import { t } from "../../texts";
import type { CheckoutEditor } from "./store";

type Props = {
  editor: CheckoutEditor;
  zone: ZoneDraft;
  rate: RateDraft;
  pointer: string;
  number: number;
};

/** One way to send a parcel: what it is called, what it costs, how long it takes. */
export function RateFields({ editor, zone, rate, pointer, number }: Props) {
  const { checkout: words } = t();
  const { currency } = editor;
  const at = (field: string) => errorAt(editor.errors.value, `${pointer}/${field}`);
  const write = (part: Partial<RateDraft>) => editor.writeRate(zone, rate.key, part);
  return (
    <li class="rate">
      <fieldset class="rate__fields">
        <legend class="visually-hidden">{words.rate(number)}</legend>
        <TextField
          label={words.rateName}
          maxLength={RATE_NAME_LENGTH_MAX}
          value={rate.name}
          error={at("name")}
          onChange={(name) => write({ name })}
        />
        <TextField
          label={words.price(currency)}
          inputMode="decimal"
          value={rate.price}
          error={at("price")}
          onChange={(price) => write({ price })}
        />
        <TextField
          label={words.freeFrom(currency)}
          inputMode="decimal"
          value={rate.freeFrom}
          error={at("free_from")}
          onChange={(freeFrom) => write({ freeFrom })}
        />
        <TextField
          label={words.minDays}
          inputMode="numeric"
          value={rate.minDays}
          error={at("min_days")}
          onChange={(minDays) => write({ minDays })}
        />
        <TextField
          label={words.maxDays}
          inputMode="numeric"
          value={rate.maxDays}
          error={at("max_days")}
          onChange={(maxDays) => write({ maxDays })}
        />
      </fieldset>
      {zone.rates.length > 1 && (
        <button
          type="button"
          class="icon-button"
          aria-label={words.removeRate(rate.name || words.rate(number))}
          onClick={() =>
            editor.writeZone(zone.key, { rates: zone.rates.filter(({ key }) => key !== rate.key) })
          }
        >
          <Icon name="trash" />
        </button>
      )}
    </li>
  );
}
