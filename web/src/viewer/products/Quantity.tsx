/** How many; never more than there are, never more than one purchase may hold. */
import { Icon } from "../../ui/Icon";
import { texts } from "../texts";
import { unitsMax } from "./units";

type Props = { units: number; available: number; onChange: (units: number) => void };

export function Quantity(props: Props) {
  return (
    <fieldset class="quantity">
      <legend>{texts.value.quantity}</legend>
      <Stepper {...props} />
    </fieldset>
  );
}

/** Less and more; `of` says of what where several stand below each other. */
export function Stepper({ units, available, onChange, of }: Props & { of?: string }) {
  const text = texts.value;
  const suffix = of === undefined ? "" : `: ${of}`;
  return (
    <div class="stepper">
      <button
        type="button"
        class="icon-button"
        aria-label={text.fewer + suffix}
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
        aria-label={text.more + suffix}
        disabled={units >= unitsMax(available)}
        onClick={() => onChange(units + 1)}
      >
        <Icon name="plus" />
      </button>
    </div>
  );
}
