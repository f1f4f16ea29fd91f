import { Field } from "./Field";

type Props<Value extends string> = {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
  hint?: string;
  error?: string | null;
  isLabelHidden?: boolean;
};

/** A choice among known values; what comes back is one of them, never a bare string. */
export function SelectField<Value extends string>(props: Props<Value>) {
  const { label, value, options, onChange, hint, error, isLabelHidden } = props;
  const choose = (text: string) => {
    const chosen = options.find((option) => option.value === text);
    if (chosen !== undefined) onChange(chosen.value);
  };
  return (
    <Field label={label} hint={hint} error={error} isLabelHidden={isLabelHidden}>
      {(ids) => (
        <select
          {...ids}
          class="input input--select"
          value={value}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
