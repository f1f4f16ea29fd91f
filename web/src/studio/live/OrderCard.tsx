import type { ServerClock } from "../../lib/time";
import type { OrderSummary } from "../../lib/types";
import { Countdown } from "../../ui/Countdown";
import { Link } from "../components/Link";
import { OrderStatusChip } from "../components/OrderStatusChip";
import { TestMark } from "../components/TestMark";
import { itemsText } from "../orders/orderTexts";
import { money, t, time } from "../texts";

type Props = { order: OrderSummary; clock: ServerClock };

/** One order as it arrives. */
export function OrderCard({ order, clock }: Props) {
  const words = t().sales;
  const isHeld = order.status === "reserved" || order.status === "open";
  return (
    <li class={`order-card order-card--${order.status}`}>
      <p class="order-card__head">
        <Link
          to={{ page: "order", id: order.id }}
          class="order-card__number numeric"
          label={words.open(order.number)}
        >
          {order.number}
        </Link>
        {order.is_test && <TestMark />}
        <strong class="order-card__total numeric">{money(order.total)}</strong>
      </p>
      <p class="order-card__items">{itemsText(order)}</p>
      <p class="order-card__foot">
        <OrderStatusChip status={order.status} />
        <span class="order-card__buyer">{order.buyer_name ?? words.someone}</span>
        {isHeld && order.reserved_until !== null ? (
          <Countdown until={order.reserved_until} clock={clock} />
        ) : (
          <time class="numeric" dateTime={order.paid_at ?? order.created_at}>
            {time(order.paid_at ?? order.created_at)}
          </time>
        )}
      </p>
    </li>
  );
}
