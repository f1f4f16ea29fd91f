import { useState } from "preact/hooks";
import { toProblem } from "../../../lib/problem";
import type { PaymentKeys } from "../../../lib/types";
import { focusFirstError } from "../../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS } from "../../forms/errors";
import { t } from "../../texts";
import { tell, tellProblem } from "../../toaster";
import { publishableErrors } from "./keys";
import { SecretField } from "./SecretField";
import type { PaymentStore } from "./store";

type Props = { store: PaymentStore; keys: PaymentKeys };

/** The key that shows payments beside the video; without it they work in a new tab. */
export function BrowserKey({ store, keys }: Props) {
  const words = t().payments.browserKey;
  const [isOpen, setOpen] = useState(false);
  return (
    <div class="pay-step__row">
      <p class={keys.publishable_key === null ? "is-soft" : undefined}>
        {words.label}:{" "}
        {keys.publishable_key === null ? words.none : <code>{keys.publishable_key}</code>}
      </p>
      {!isOpen && (
        <button type="button" class="button is-small" onClick={() => setOpen(true)}>
          {keys.publishable_key === null ? words.enter : words.change}
        </button>
      )}
      {isOpen && <BrowserKeyForm store={store} keys={keys} onClose={() => setOpen(false)} />}
    </div>
  );
}

function BrowserKeyForm({ store, keys, onClose }: Props & { onClose: () => void }) {
  const { payments, common } = t();
  const words = payments.browserKey;
  const [key, setKey] = useState(keys.publishable_key ?? "");
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const refuse = (found: FieldErrors) => {
    setErrors(found);
    focusFirstError();
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const found = publishableErrors(key, keys.mode);
    if (found.size > 0) return refuse(found);
    setErrors(NO_ERRORS);
    try {
      await store.setPublishableKey(keys.mode, key.trim());
      tell(words.saved);
      onClose();
    } catch (cause) {
      const refused = errorsOf(toProblem(cause));
      if (refused.size === 0) tellProblem(cause);
      refuse(refused);
    }
  };
  return (
    <form class="form pay-step__form" onSubmit={submit} noValidate>
      <SecretField
        label={words.label}
        hint={words.hint}
        placeholder={words.placeholder[keys.mode]}
        value={key}
        error={errorAt(errors, "/publishable_key")}
        onChange={setKey}
      />
      <footer class="form__actions">
        <button type="button" class="button" onClick={onClose}>
          {common.cancel}
        </button>
        <button type="submit" class="button is-primary" disabled={store.task.value !== null}>
          {words.save}
        </button>
      </footer>
    </form>
  );
}
