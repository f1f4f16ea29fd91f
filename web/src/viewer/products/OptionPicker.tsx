/** Chooses size, colour and the like; values that are sold out stay visible and say so. */
import { useId } from "preact/hooks";
import type { Option } from "../../lib/options";
import { texts } from "../texts";

type Props = { option: Option; onChoose: (value: string) => void };

export function OptionPicker({ option, onChoose }: Props) {
  const name = useId();
  const chosen = option.values.find((value) => value.isChosen)?.value;
  return (
    <fieldset class="options">
      <legend>
        {option.name}
        {chosen && <span class="chosen"> {chosen}</span>}
      </legend>
      <div class="option-values">
        {option.values.map(({ value, isChosen, isAvailable }) => (
          <label key={value} class={isAvailable ? "option-value" : "option-value is-out"}>
            <input
              type="radio"
              name={name}
              value={value}
              checked={isChosen}
              aria-label={isAvailable ? value : texts.value.optionSoldOut(value)}
              onChange={() => onChoose(value)}
            />
            <span aria-hidden="true">{value}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
