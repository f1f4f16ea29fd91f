import { useState } from "preact/hooks";
import type { PaymentAccount } from "../../../lib/types";
import { CheckField } from "../../components/CheckField";
import { refreshSession } from "../../session";
import { t } from "../../texts";
import { perform, tell } from "../../toaster";
import { Step } from "./Step";
import type { PaymentStore } from "./store";

type Props = { store: PaymentStore; account: PaymentAccount };

/** The one step that turns real money on: what is missing, then the owner's word. */
export function LiveStep({ store, account }: Props) {
  const words = t().payments.liveStep;
  const [understands, setUnderstands] = useState(false);
  const isLive = store.keysOf("live")?.is_active ?? false;
  const { live_obstacles: obstacles } = account;
  const isReady = obstacles.length === 0;
  const go = async () => {
    const hasWorked = await perform(async () => {
      await store.goLive();
      // The strip on top of every page tells of test money.
      await refreshSession();
    });
    if (hasWorked) tell(words.done);
  };
  return (
    <Step n={4} title={words.title} isDone={isLive} isReady={isReady}>
      {isLive ? <p>{words.isLive}</p> : <p class="is-soft">{words.text}</p>}
      {!isLive && !isReady && (
        <div class="pay-step__missing">
          <p>{words.obstaclesTitle}</p>
          <ul>
            {obstacles.map((obstacle) => (
              <li key={obstacle}>{words.obstacles[obstacle]}</li>
            ))}
          </ul>
        </div>
      )}
      {!isLive && isReady && (
        <>
          <CheckField label={words.understand} isChecked={understands} onChange={setUnderstands} />
          <div class="pay-step__actions">
            <button
              type="button"
              class="button is-danger"
              disabled={!understands || store.task.value !== null}
              onClick={go}
            >
              {words.go}
            </button>
          </div>
        </>
      )}
    </Step>
  );
}
