import type { OrderSummary } from "../../lib/types";
import { Link } from "../components/Link";
import { OrderStatusChip } from "../components/OrderStatusChip";
import { TestMark } from "../components/TestMark";
import { moment, money, t } from "../texts";
import { itemsText } from "./orderTexts";

export function OrderTable({ orders }: { orders: readonly OrderSummary[] }) {
  const words = t().orders;
  return (
    <div class="table-wrap">
      <table class="table table--cards table--orders">
        <thead>
          <tr>
            <th scope="col">{words.number}</th>
            <th scope="col">{words.when}</th>
            <th scope="col">{words.buyer}</th>
            <th scope="col">{words.items}</th>
            <th scope="col">{words.status}</th>
            <th scope="col" class="is-end">
              {words.total}
            </th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <tr key={order.id}>
              <th scope="row" class="numeric">
                <Link to={{ page: "order", id: order.id }}>{order.number}</Link>{" "}
                {order.is_test && <TestMark />}
              </th>
              <td class="numeric is-soft" data-label={words.when}>
                {moment(order.created_at)}
              </td>
              <td data-label={words.buyer}>
                {order.buyer_name ?? <span class="is-soft">{words.unknownBuyer}</span>}
              </td>
              <td class="is-clipped" data-label={words.items}>
                {itemsText(order)}
              </td>
              <td data-label={words.status}>
                <OrderStatusChip status={order.status} />
                {order.review !== null && (
                  <span class="chip chip--bad">{words.needsAttention}</span>
                )}
              </td>
              <td class="is-end numeric is-strong" data-label={words.total}>
                {money(order.total)}
                {order.refunded.amount > 0 && (
                  <span class="table__refunded">{words.refund.given(money(order.refunded))}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
