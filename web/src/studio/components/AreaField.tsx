import { Field } from "./Field";

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string | null;
  rows?: number;
  isOptional?: boolean;
};

/** Several lines of text. */
export function AreaField({ label, value, onChange, hint, error, rows, isOptional }: Props) {
  return (
    <Field label={label} hint={hint} error={error} isOptional={isOptional}>
      {(ids) => (
        <textarea
          {...ids}
          class="input input--area"
          rows={rows ?? 4}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
