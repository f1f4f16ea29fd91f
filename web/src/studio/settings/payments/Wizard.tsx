import { useState } from "preact/hooks";
import type { KeyMode, PaymentAccount } from "../../../lib/types";
import { Tabs } from "../../components/Tabs";
import { t } from "../../texts";
import { CheckStep } from "./CheckStep";
import { HookStep } from "./HookStep";
import { KeyStep } from "./KeyStep";
import { LiveStep } from "./LiveStep";
import type { PaymentStore } from "./store";
import { TryStep } from "./TryStep";

type Props = { store: PaymentStore; account: PaymentAccount };

const MODES: readonly KeyMode[] = ["test", "live"];

/** The way to keys of one's own: four steps for test money, four for real money. */
export function Wizard({ store, account }: Props) {
  const { payments } = t();
  const [mode, setMode] = useState<KeyMode>(
    account.keys.some((keys) => keys.mode === "live") ? "live" : "test",
  );
  const options = MODES.map((value) => ({ value, label: payments.mode[value] }));
  const hasKeys = store.keysOf(mode) !== null;
  return (
    <section class="panel pay-steps" aria-labelledby="pay-steps">
      <div class="panel__head">
        <h2 id="pay-steps" class="panel__title">
          {payments.setUpTitle}
        </h2>
        <Tabs label={payments.whichMoney} value={mode} options={options} onChange={setMode} />
      </div>
      <p class="panel__text">{payments.setUpText}</p>
      {!account.can_store_keys && <p class="note">{payments.cannotStore}</p>}
      <ol class="pay-steps__list">
        <KeyStep key={`key-${mode}`} store={store} mode={mode} account={account} />
        <CheckStep store={store} mode={mode} isReady={hasKeys} />
        <HookStep key={`hook-${mode}`} store={store} mode={mode} account={account} />
        {mode === "test" ? (
          <TryStep keys={store.keysOf("test")} />
        ) : (
          <LiveStep store={store} account={account} />
        )}
      </ol>
    </section>
  );
}
