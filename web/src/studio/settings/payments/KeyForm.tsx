import { useState } from "preact/hooks";
import { toProblem } from "../../../lib/problem";
import type { KeyMode } from "../../../lib/types";
import { TextField } from "../../components/TextField";
import { focusFirstError } from "../../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS } from "../../forms/errors";
import { problemText, t } from "../../texts";
import { tell, tellProblem } from "../../toaster";
import { keyErrors, publishableErrors } from "./keys";
import { SecretField } from "./SecretField";
import type { PaymentStore } from "./store";

type Props = {
  store: PaymentStore;
  mode: KeyMode;
  onStored: () => void;
  onCancel: (() => void) | null;
};

/** Where a key is typed in. */
export function KeyForm({ store, mode, onStored, onCancel }: Props) {
  const { payments, common } = t();
  const words = payments.keyStep;
  const [secret, setSecret] = useState("");
  const [connected, setConnected] = useState("");
  const [publishable, setPublishable] = useState("");
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [problem, setProblem] = useState<string | null>(null);
  const refuse = (found: FieldErrors) => {
    setErrors(found);
    focusFirstError();
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setProblem(null);
    const found = new Map([...keyErrors(secret, mode), ...publishableErrors(publishable, mode)]);
    if (found.size > 0) return refuse(found);
    setErrors(NO_ERRORS);
    try {
      await store.setKeys(mode, { secretKey: secret, connected, publishable });
      tell(words.stored);
      onStored();
    } catch (cause) {
      const refusal = toProblem(cause);
      // The key is stored; only the check after it did not work.
      if (store.keysOf(mode)?.key_hint === secret.trim().slice(-4)) {
        tellProblem(cause);
        return onStored();
      }
      const found = errorsOf(refusal);
      if (found.size === 0) setProblem(problemText(refusal));
      refuse(found);
    }
  };
  const isBusy = store.task.value !== null;
  return (
    <form class="form pay-step__form" onSubmit={submit} noValidate>
      <p class="is-soft">
        {mode === "live" ? words.textLive : words.textTest} {words.advice}
      </p>
      <SecretField
        label={words.label}
        hint={words.hint}
        placeholder={mode === "live" ? words.placeholderLive : words.placeholderTest}
        value={secret}
        error={errorAt(errors, "/secret_key")}
        onChange={setSecret}
      />
      <SecretField
        label={payments.browserKey.labelOptional}
        hint={payments.browserKey.hint}
        placeholder={payments.browserKey.placeholder[mode]}
        value={publishable}
        error={errorAt(errors, "/publishable_key")}
        onChange={setPublishable}
      />
      <details class="pay-step__more" open={errorAt(errors, "/connected_account") !== null}>
        <summary>{words.connected}</summary>
        <TextField
          label={words.connected}
          hint={words.connectedHint}
          value={connected}
          error={errorAt(errors, "/connected_account")}
          onChange={setConnected}
          isLabelHidden
        />
      </details>
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <footer class="form__actions">
        {onCancel !== null && (
          <button type="button" class="button" onClick={onCancel}>
            {common.cancel}
          </button>
        )}
        <button type="submit" class="button is-primary" disabled={isBusy}>
          {isBusy ? common.saving : words.save}
        </button>
      </footer>
    </form>
  );
}
