import { useState } from "preact/hooks";
import type { KeyMode, PaymentAccount } from "../../../lib/types";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { t } from "../../texts";
import { perform, tell } from "../../toaster";
import { BrowserKey } from "./BrowserKey";
import { KeyForm } from "./KeyForm";
import { Step } from "./Step";
import type { PaymentStore } from "./store";

type Props = { store: PaymentStore; mode: KeyMode; account: PaymentAccount };

/** The key: entered once, afterwards only its end is seen. */
export function KeyStep({ store, mode, account }: Props) {
  const { payments } = t();
  const words = payments.keyStep;
  const keys = store.keysOf(mode);
  const [isReplacing, setReplacing] = useState(false);
  const [isRemoving, setRemoving] = useState(false);
  const isBarred = mode === "live" && account.live_obstacles.includes("not_https");
  const remove = async () => {
    setRemoving(false);
    if (await perform(() => store.removeKeys(mode))) tell(words.removed);
  };
  const isFormShown = !isBarred && account.can_store_keys && (keys === null || isReplacing);
  return (
    <Step n={1} title={words.title} isDone={keys !== null}>
      {keys !== null && (
        <div class="pay-step__row">
          <p>
            {words.kinds[keys.kind]} <code>{payments.keyEnds(keys.key_hint)}</code>
          </p>
          {!isReplacing && (
            <div class="pay-step__actions">
              <button type="button" class="button is-small" onClick={() => setReplacing(true)}>
                {words.replace}
              </button>
              <button type="button" class="button is-small" onClick={() => setRemoving(true)}>
                {words.remove}
              </button>
            </div>
          )}
        </div>
      )}
      {keys !== null && !isReplacing && <BrowserKey store={store} keys={keys} />}
      {isBarred && <p class="is-soft">{words.needsHttps}</p>}
      {isFormShown && (
        <KeyForm
          store={store}
          mode={mode}
          onStored={() => setReplacing(false)}
          onCancel={keys === null ? null : () => setReplacing(false)}
        />
      )}
      <ConfirmDialog
        isOpen={isRemoving}
        title={words.removeTitle}
        text={mode === "live" ? words.removeTextLive : words.removeTextTest}
        confirm={words.remove}
        onConfirm={remove}
        onCancel={() => setRemoving(false)}
      />
    </Step>
  );
}
