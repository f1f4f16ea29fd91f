/** How many; never more than there are, never more than one purchase may hold. */
import { Icon } from "../../ui/Icon";
import { texts } from "../texts";

/** The server's limit per line. */
export const UNITS_MAX = 10;

type Props = { units: number; available: number; onChange: (units: number) => void };

export function Quantity({ units, available, onChange }: Props) {
  const text = texts.value;
  const max = Math.min(UNITS_MAX, available);
  return (
    <fieldset class="quantity">
      <legend>{text.quantity}</legend>
      <div class="stepper">
        <button
          type="button"
          class="icon-button"
          aria-label={text.fewer}
          disabled={units <= 1}
          onClick={() => onChange(units - 1)}
        >
          <Icon name="minus" />
        </button>
        <output class="numeric" aria-live="polite">
          {units}
        </output>
        <button
          type="button"
          class="icon-button"
          aria-label={text.more}
          disabled={units >= max}
          onClick={() => onChange(units + 1)}
        >
          <Icon name="plus" />
        </button>
      </div>
    </fieldset>
  );
}
