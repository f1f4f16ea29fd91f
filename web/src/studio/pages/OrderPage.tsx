import { useEffect, useMemo } from "preact/hooks";
import { textOf } from "../../lib/i18n";
import type { Order } from "../../lib/types";
import * as api from "../api";
import { Link } from "../components/Link";
import { Loaded } from "../components/Loaded";
import { OrderStatusChip } from "../components/OrderStatusChip";
import { PageHead } from "../components/PageHead";
import { TestMark } from "../components/TestMark";
import { OrderHistory } from "../orders/OrderHistory";
import { OrderLines } from "../orders/OrderLines";
import { Resource } from "../pager";
import { dateTime, t } from "../texts";

export function OrderPage({ id }: { id: string }) {
  const { orders } = t();
  const resource = useMemo(() => new Resource<Order>((signal) => api.getOrder(id, signal)), [id]);
  useEffect(() => {
    void resource.load();
    return () => resource.stop();
  }, [resource]);
  const order = resource.value.value;
  return (
    <div class="page page--form">
      <PageHead
        title={order === null ? orders.title : orders.title1(order.number)}
        back={{ page: "orders" }}
      >
        {order?.is_test && <TestMark />}
        {order !== null && <OrderStatusChip status={order.status} />}
      </PageHead>
      <Loaded resource={resource}>{(loaded) => <OrderDetail order={loaded} />}</Loaded>
    </div>
  );
}

function OrderDetail({ order }: { order: Order }) {
  const { orders } = t();
  return (
    <>
      {order.review !== null && (
        <p class="note note--bad">
          <strong>{orders.review}</strong> {textOf(orders.reviews, order.review) ?? order.review}
        </p>
      )}
      <OrderLines order={order} />
      <section class="panel">
        <h2 class="panel__title">{orders.buyer}</h2>
        {order.buyer === null ? (
          <p class="panel__text">{orders.noBuyer}</p>
        ) : (
          <p class="buyer">
            <strong>{order.buyer.name ?? orders.unknownBuyer}</strong>
            {order.buyer.email !== null && (
              <a href={`mailto:${order.buyer.email}`}>{order.buyer.email}</a>
            )}
          </p>
        )}
        <p class="panel__text">
          {order.paid_at === null
            ? orders.createdAt(dateTime(order.created_at))
            : orders.paidAt(dateTime(order.paid_at))}
        </p>
        <Link to={{ page: "live", id: order.show_id }}>{orders.openShow}</Link>
      </section>
      <OrderHistory history={order.history} />
    </>
  );
}
