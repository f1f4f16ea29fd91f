import { useState } from "preact/hooks";
import { toProblem } from "../../lib/problem";
import type { MemberWithdrawal, Order } from "../../lib/types";
import * as api from "../api";
import { TextField } from "../components/TextField";
import { date, dateTime, money, t } from "../texts";
import { tell, tellProblem } from "../toaster";

type Props = { order: Order; onChange: (order: Order) => void };

/** What the buyer took back, until when the money has to be back, and when the goods arrived. */
export function OrderWithdrawals({ order, onChange }: Props) {
  const { legal: words } = t();
  const isSent = order.status === "shipped";
  if (order.withdrawals.length === 0 && !isSent) return null;
  return (
    <section class="panel" aria-labelledby="withdrawals-title">
      <h2 id="withdrawals-title" class="panel__title">
        {words.withdrawals}
      </h2>
      {order.withdrawals.length > 0 && (
        <ul class="withdrawals">
          {order.withdrawals.map((withdrawal) => (
            <Entry key={withdrawal.id} withdrawal={withdrawal} />
          ))}
        </ul>
      )}
      {order.withdrawals.some(({ is_settled }) => !is_settled) && (
        <p class="panel__text">{words.waitForGoods}</p>
      )}
      {order.withdrawal_ends_at !== null && (
        <p class="panel__text">{words.endsAt(dateTime(order.withdrawal_ends_at))}</p>
      )}
      {isSent && <DeliveryDay key={order.delivered_on} order={order} onChange={onChange} />}
    </section>
  );
}

function Entry({ withdrawal }: { withdrawal: MemberWithdrawal }) {
  const { legal: words } = t();
  const isOverdue = !withdrawal.is_settled && Date.parse(withdrawal.refund_due_at) < Date.now();
  return (
    <li class={isOverdue ? "withdrawal is-overdue" : "withdrawal"}>
      <p>
        <strong>{words.received(dateTime(withdrawal.at), withdrawal.name)}</strong>
      </p>
      <ul>
        {withdrawal.lines.map((line) => (
          <li key={line.line}>
            {line.units} × {line.title} {line.variant_title}
          </li>
        ))}
      </ul>
      <p>
        {words.owed(money(withdrawal.amount))}{" "}
        {withdrawal.is_settled ? (
          <span class="chip chip--ok">{words.settled}</span>
        ) : (
          <>
            {words.refundBy(date(withdrawal.refund_due_at))}{" "}
            {isOverdue && <span class="chip chip--bad">{words.overdue}</span>}
          </>
        )}
      </p>
      {withdrawal.email !== null && <p class="is-soft">{words.receiptTo(withdrawal.email)}</p>}
    </li>
  );
}

function DeliveryDay({ order, onChange }: Props) {
  const { legal: words, common } = t();
  const [day, setDay] = useState(order.delivered_on ?? "");
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setError(null);
    try {
      onChange(await api.putDeliveryDay(order.id, day === "" ? null : day));
      tell(words.deliveredSaved);
    } catch (cause) {
      const refusal = toProblem(cause);
      setError(refusal.errors[0]?.code ?? null);
      if (refusal.errors.length === 0) tellProblem(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="form delivery-day" onSubmit={submit} noValidate>
      <TextField
        label={words.deliveredOn}
        hint={words.deliveredHint}
        type="date"
        isOptional
        value={day}
        error={error}
        onChange={setDay}
      />
      <button type="submit" class="button" disabled={isBusy || day === (order.delivered_on ?? "")}>
        {isBusy ? common.saving : words.deliveredSave}
      </button>
    </form>
  );
}
