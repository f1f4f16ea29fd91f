import { hintFor } from "../forms/password";
import { t } from "../texts";
import { PasswordField } from "./PasswordField";

type Props = {
  label: string;
  value: string;
  ownWords: readonly string[];
  onChange: (value: string) => void;
  error?: string | null;
};

/** A password being chosen, with an honest word on how it would fare. */
export function NewPasswordField({ label, value, ownWords, onChange, error }: Props) {
  const { setup, passwordHints } = t();
  const hint = value === "" ? null : hintFor(value, ownWords);
  return (
    <div class="new-password">
      <PasswordField
        label={label}
        autoComplete="new-password"
        value={value}
        onChange={onChange}
        error={error}
        hint={hint === null ? setup.passwordHint : undefined}
      />
      <p class={`strength strength--${hint ?? "none"}`} aria-live="polite">
        {hint !== null && !error && passwordHints[hint]}
      </p>
    </div>
  );
}
