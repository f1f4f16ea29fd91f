import type { Order, Refund } from "../../lib/types";
import { moment, money, t } from "../texts";
import { failureText } from "./refundTexts";

type Tone = "ok" | "warn" | "bad";

const TONES: Record<Refund["status"], Tone> = {
  due: "warn",
  pending: "warn",
  succeeded: "ok",
  failed: "bad",
};

/** Money that went back or is on its way, the oldest first. */
export function RefundList({ refunds }: { refunds: Order["refunds"] }) {
  return (
    <ul class="refunds">
      {refunds.map((refund) => (
        <RefundRow key={refund.id} refund={refund} />
      ))}
    </ul>
  );
}

function RefundRow({ refund }: { refund: Refund }) {
  const words = t().orders.refund;
  return (
    <li>
      <p class="refunds__head">
        <strong class="numeric">{money(refund.amount)}</strong>
        <span class={`chip chip--${TONES[refund.status]}`}>{words.statuses[refund.status]}</span>
        <time class="numeric is-soft" dateTime={refund.created_at}>
          {moment(refund.created_at)}
        </time>
      </p>
      <p class="is-soft">
        {words.causes[refund.cause]}
        {refund.status === "pending" && ` · ${words.pendingHint}`}
      </p>
      {refund.note !== null && <p class="refunds__note">{refund.note}</p>}
      {refund.status === "failed" && (
        <p class="refunds__failure">
          {refund.failure === null ? words.failure : failureText(refund.failure)} {words.gaveUp}
          {refund.failure !== null && <code>{refund.failure}</code>}
        </p>
      )}
    </li>
  );
}
