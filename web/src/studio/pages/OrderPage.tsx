import { useEffect, useMemo } from "preact/hooks";
import { textOf } from "../../lib/i18n";
import type { Order } from "../../lib/types";
import * as api from "../api";
import { Loaded } from "../components/Loaded";
import { OrderStatusChip } from "../components/OrderStatusChip";
import { PageHead } from "../components/PageHead";
import { TestMark } from "../components/TestMark";
import { OrderBuyer } from "../orders/OrderBuyer";
import { OrderHistory } from "../orders/OrderHistory";
import { OrderLines } from "../orders/OrderLines";
import { OrderParcel } from "../orders/OrderParcel";
import { Resource } from "../pager";
import { t } from "../texts";

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
      <Loaded resource={resource}>
        {(loaded) => <OrderDetail order={loaded} onChange={(next) => resource.set(next)} />}
      </Loaded>
    </div>
  );
}

type DetailProps = { order: Order; onChange: (order: Order) => void };

/** Each part is a panel of its own; what can be done comes before what has happened. */
function OrderDetail({ order, onChange }: DetailProps) {
  const { orders } = t();
  return (
    <>
      {order.review !== null && (
        <p class="note note--bad">
          <strong>{orders.review}</strong> {textOf(orders.reviews, order.review) ?? order.review}
        </p>
      )}
      <OrderLines order={order} />
      <OrderParcel order={order} onChange={onChange} />
      <OrderBuyer order={order} />
      <OrderHistory order={order} />
    </>
  );
}
