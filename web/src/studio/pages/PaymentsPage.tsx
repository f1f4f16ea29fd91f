import { useEffect, useMemo } from "preact/hooks";
import { Loaded } from "../components/Loaded";
import { PageHead } from "../components/PageHead";
import { may } from "../session";
import { StatusCard } from "../settings/payments/StatusCard";
import { PaymentStore } from "../settings/payments/store";
import { Wizard } from "../settings/payments/Wizard";
import { t } from "../texts";

/** Who takes the money, and for owners the way to their own keys. */
export function PaymentsPage() {
  const { payments } = t();
  const store = useMemo(() => new PaymentStore(), []);
  useEffect(() => {
    void store.account.load();
    return () => store.account.stop();
  }, [store]);
  return (
    <div class="page page--form">
      <PageHead title={payments.title} text={payments.text} back={{ page: "settings" }} />
      <Loaded resource={store.account}>
        {(account) => (
          <>
            <StatusCard account={account} />
            {may("settings") ? (
              <Wizard store={store} account={account} />
            ) : (
              <p class="is-soft">{payments.ownersOnly}</p>
            )}
          </>
        )}
      </Loaded>
    </div>
  );
}
