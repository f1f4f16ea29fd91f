import type { PaymentAccount } from "../../../lib/types";
import { Icon, type IconName } from "../../components/Icon";
import { dateTime, t } from "../../texts";

type State = "sandbox" | "test" | "live" | "paused";

const ICONS: Record<State, IconName> = {
  sandbox: "eye",
  test: "eye",
  live: "check",
  paused: "warning",
};

function stateOf(account: PaymentAccount): State {
  if (account.pause !== null || account.warnings.includes("key_unreadable")) return "paused";
  if (account.payments === "sandbox") return "sandbox";
  return account.is_live ? "live" : "test";
}

/** In one glance: whose keys, which money, and whether it works. */
export function StatusCard({ account }: { account: PaymentAccount }) {
  const { payments } = t();
  const state = stateOf(account);
  const active = account.keys.find((keys) => keys.is_active);
  return (
    <section class={`panel pay-state pay-state--${state}`}>
      <h2 class="pay-state__title">
        <Icon name={ICONS[state]} />
        {payments.state[state]}
      </h2>
      <p class="panel__text">{payments.stateText[state]}</p>
      {account.pause !== null && (
        <p class="note note--bad">
          {payments.pauseReasons[account.pause.reason]} (
          {payments.pausedSince(dateTime(account.pause.since))})
        </p>
      )}
      {account.warnings.map((warning) => (
        <p key={warning} class="note">
          {payments.warnings[warning]}
        </p>
      ))}
      <dl class="facts">
        <dt>{payments.source}</dt>
        <dd>{payments.sources[account.source]}</dd>
        {active !== undefined && (
          <>
            <dt>{payments.key}</dt>
            <dd>
              {payments.keyStep.kinds[active.kind]} {payments.keyEnds(active.key_hint)}
            </dd>
            {active.connected_account !== null && (
              <>
                <dt>{payments.account}</dt>
                <dd>{active.connected_account}</dd>
              </>
            )}
            <dt>{payments.lastEvent}</dt>
            <dd>
              {active.last_event_at === null ? payments.noEvent : dateTime(active.last_event_at)}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
