import { useState } from "preact/hooks";
import type { Order } from "../../lib/types";
import { may } from "../session";
import { money, t } from "../texts";
import { isMoving } from "./follow";
import { RefundDialog } from "./RefundDialog";
import { RefundList } from "./RefundList";

type Props = { order: Order; onChange: (order: Order) => void; onReload: () => void };

/** What of the money went back, what is left, and the way to give it back. */
export function OrderRefund({ order, onChange, onReload }: Props) {
  const words = t().orders.refund;
  const [isOpen, setOpen] = useState(false);
  const hasLeft = order.refundable.amount > 0;
  if (!hasLeft && order.refunds.length === 0) return null;
  const isWaiting = isMoving(order) || order.refunds.some(({ status }) => status === "pending");
  // What the bank holds or took back cannot be given a second time.
  const isInDispute = order.dispute === "open" || order.dispute === "lost";
  const canRefund = hasLeft && !isInDispute && may("refunds");
  return (
    <section class="panel" aria-labelledby="refunds-title">
      <div class="panel__head">
        <h2 id="refunds-title" class="panel__title">
          {words.title}
        </h2>
        {isWaiting && (
          <button type="button" class="button is-small" onClick={onReload}>
            {words.look}
          </button>
        )}
      </div>
      <div aria-live="polite">
        {order.refunds.length > 0 ? (
          <RefundList refunds={order.refunds} />
        ) : (
          <p class="panel__text">{words.text}</p>
        )}
      </div>
      {!isInDispute && (
        <div class="refunds__foot">
          <p class="is-soft">{hasLeft ? words.left(money(order.refundable)) : words.nothingLeft}</p>
          {canRefund && (
            <button type="button" class="button" onClick={() => setOpen(true)}>
              {words.open}
            </button>
          )}
        </div>
      )}
      <RefundDialog
        order={order}
        isOpen={isOpen}
        onDone={(next) => {
          setOpen(false);
          onChange(next);
        }}
        onRefused={onReload}
        onClose={() => setOpen(false)}
      />
    </section>
  );
}
