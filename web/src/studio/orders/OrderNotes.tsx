import { textOf } from "../../lib/i18n";
import type { Order } from "../../lib/types";
import { t } from "../texts";

/** What a member has to know before anything else about an order. */
export function OrderNotes({ order }: { order: Order }) {
  const { orders } = t();
  return (
    <>
      {order.review !== null && (
        <p class="note note--bad">
          <strong>{orders.review}</strong> {textOf(orders.reviews, order.review) ?? order.review}
        </p>
      )}
      {order.dispute !== null && (
        <p class={order.dispute === "won" ? "note note--good" : "note note--bad"}>
          {orders.disputes[order.dispute]}
        </p>
      )}
      {order.status === "create_failed" && order.failure !== null && (
        <p class="note note--bad">
          <strong>{orders.createFailed}</strong> <q lang="en">{order.failure}</q>
        </p>
      )}
    </>
  );
}
