/** What may be taken back of the order, what was, and the pages that tell who sells. */
import type { OrderTexts } from "../i18n/order.en";
import { formatMoney } from "../lib/money";
import { formatDate, formatDateTime } from "../lib/time";
import type { BuyerOrder, WithdrawalRight } from "../lib/types";
import { lang } from "../ui/lang";

const PAGES = ["seller", "terms", "withdrawal", "privacy"] as const;

type Props = { right: WithdrawalRight; text: OrderTexts };

export function OrderRights({ right, text }: Props) {
  if (!right.is_open && right.receipts.length === 0) return null;
  const url = `${right.url}?lang=${lang.value}`;
  return (
    <section class="order-card">
      <h2>{text.withdrawTitle}</h2>
      {right.receipts.map((receipt) => {
        const amount = formatMoney(receipt.amount, lang.value);
        return (
          <p key={receipt.id}>
            <strong>{text.withdrawn(formatDateTime(receipt.at, lang.value))}</strong>
            <br />
            {receipt.is_settled
              ? text.refundDone(amount)
              : text.refundBy(amount, formatDate(receipt.refund_due_at, lang.value))}
          </p>
        );
      })}
      {right.is_open ? (
        <>
          <p>
            {right.ends_at === null
              ? text.withdrawAnyTime
              : text.withdrawUntil(formatDateTime(right.ends_at, lang.value))}
          </p>
          <a class="button" href={url}>
            {text.withdrawHere}
          </a>
        </>
      ) : (
        <a href={url}>{text.receipt}</a>
      )}
    </section>
  );
}

export function LegalLinks({ order, text }: { order: BuyerOrder; text: OrderTexts }) {
  return (
    <nav class="order-legal" aria-label={text.legal.nav}>
      {PAGES.map((page) => (
        <a key={page} href={`/legal/${page}?shop=${order.shop_slug}&lang=${lang.value}`}>
          {text.legal[page]}
        </a>
      ))}
    </nav>
  );
}
