import { Field } from "../../components/Field";

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  placeholder?: string;
  error?: string | null;
};

/**
 * A secret that is pasted, never remembered.
 *
 * Not of the type password: browsers would offer to keep it, and beside the member's own.
 */
export function SecretField({ label, value, onChange, hint, placeholder, error }: Props) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <input
          {...ids}
          class="input is-secret"
          type="text"
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellcheck={false}
          placeholder={placeholder}
        />
      )}
    </Field>
  );
}
