import { useState } from "preact/hooks";
import { toProblem } from "../../../lib/problem";
import type { KeyMode, PaymentAccount } from "../../../lib/types";
import { focusFirstError } from "../../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS } from "../../forms/errors";
import { t } from "../../texts";
import { perform, tell, tellProblem } from "../../toaster";
import { CopyLink } from "../CopyLink";
import { SecretField } from "./SecretField";
import { Step } from "./Step";
import type { PaymentStore } from "./store";

type Props = { store: PaymentStore; mode: KeyMode; account: PaymentAccount };

/** Where Stripe sends its messages: made from here, or by hand. */
export function HookStep({ store, mode, account }: Props) {
  const words = t().payments.hookStep;
  const keys = store.keysOf(mode);
  const hasSecret = keys?.has_webhook_secret ?? false;
  const isBusy = store.task.value !== null;
  const create = async () => {
    if (await perform(() => store.createEndpoint(mode))) tell(words.created);
  };
  return (
    <Step n={3} title={words.title} isDone={hasSecret} isReady={keys !== null}>
      <p class="is-soft">{words.text}</p>
      {keys !== null && (
        <>
          <div class="pay-step__row">
            {hasSecret && (
              <p>{keys.has_previous_webhook_secret ? words.storedBoth : words.stored}</p>
            )}
            <button
              type="button"
              class={hasSecret ? "button is-small" : "button is-primary"}
              disabled={isBusy}
              onClick={create}
            >
              {store.task.value === "hook"
                ? words.creating
                : hasSecret
                  ? words.again
                  : words.create}
            </button>
          </div>
          <details class="pay-step__more">
            <summary>{words.byHand}</summary>
            <p class="is-soft">{words.byHandText}</p>
            <CopyLink label={words.address} url={account.webhook_url} />
            <SecretForm store={store} mode={mode} />
          </details>
        </>
      )}
    </Step>
  );
}

function SecretForm({ store, mode }: { store: PaymentStore; mode: KeyMode }) {
  const words = t().payments.hookStep;
  const [secret, setSecret] = useState("");
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setErrors(NO_ERRORS);
    try {
      await store.setSecret(mode, secret.trim());
      setSecret("");
      tell(words.saved);
    } catch (cause) {
      const found = errorsOf(toProblem(cause));
      if (found.size === 0) tellProblem(cause);
      setErrors(found);
      focusFirstError();
    }
  };
  return (
    <form class="form" onSubmit={submit} noValidate>
      <SecretField
        label={words.secret}
        placeholder="whsec_…"
        value={secret}
        error={errorAt(errors, "/webhook_secret")}
        onChange={setSecret}
      />
      <footer class="form__actions">
        <button type="submit" class="button" disabled={store.task.value !== null}>
          {words.save}
        </button>
      </footer>
    </form>
  );
}
