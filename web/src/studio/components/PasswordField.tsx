import { useState } from "preact/hooks";
import { t } from "../texts";
import { Field } from "./Field";
import { Icon } from "./Icon";
import { Input } from "./Input";

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  autoComplete: "current-password" | "new-password";
  hint?: string;
  error?: string | null;
};

/** A password that can be looked at, because hidden typing on a phone is guesswork. */
export function PasswordField({ label, value, onChange, autoComplete, hint, error }: Props) {
  const [isShown, setShown] = useState(false);
  const { signIn } = t();
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <div class="input-row">
          <Input
            {...ids}
            type={isShown ? "text" : "password"}
            value={value}
            onChange={onChange}
            autoComplete={autoComplete}
            spellcheck={false}
          />
          <button
            type="button"
            class="icon-button"
            aria-pressed={isShown}
            aria-label={isShown ? signIn.hidePassword : signIn.showPassword}
            onClick={() => setShown(!isShown)}
          >
            <Icon name={isShown ? "hide" : "eye"} />
          </button>
        </div>
      )}
    </Field>
  );
}
