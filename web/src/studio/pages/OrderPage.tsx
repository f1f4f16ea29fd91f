import { useEffect, useMemo } from "preact/hooks";
import type { Order } from "../../lib/types";
import * as api from "../api";
import { Loaded } from "../components/Loaded";
import { OrderStatusChip } from "../components/OrderStatusChip";
import { PageHead } from "../components/PageHead";
import { TestMark } from "../components/TestMark";
import { OrderFollower } from "../orders/follow";
import { OrderBuyer } from "../orders/OrderBuyer";
import { OrderDelivery } from "../orders/OrderDelivery";
import { OrderHistory } from "../orders/OrderHistory";
import { OrderLines } from "../orders/OrderLines";
import { OrderNotes } from "../orders/OrderNotes";
import { OrderParcel } from "../orders/OrderParcel";
import { OrderRefund } from "../orders/OrderRefund";
import { OrderReservation } from "../orders/OrderReservation";
import { OrderWithdrawals } from "../orders/OrderWithdrawals";
import { Resource } from "../pager";
import { OrderPrivacy } from "../privacy/OrderPrivacy";
import { t } from "../texts";

export function OrderPage({ id }: { id: string }) {
  const { orders } = t();
  const resource = useMemo(() => new Resource<Order>((signal) => api.getOrder(id, signal)), [id]);
  useEffect(() => {
    void resource.load();
    return () => resource.stop();
  }, [resource]);
  const order = resource.value.value;
  const follower = useMemo(() => new OrderFollower(() => void resource.load()), [resource]);
  useEffect(() => {
    if (order !== null) follower.see(order);
  }, [follower, order]);
  useEffect(() => () => follower.stop(), [follower]);
  const put = (next: Order) => {
    // An answer on its way is older than this one.
    resource.stop();
    resource.set(next);
  };
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
        {(loaded) => (
          <OrderDetail order={loaded} onChange={put} onReload={() => void resource.load()} />
        )}
      </Loaded>
    </div>
  );
}

type DetailProps = { order: Order; onChange: (order: Order) => void; onReload: () => void };

/** Each part is a panel of its own; what can be done comes before what has happened. */
function OrderDetail({ order, onChange, onReload }: DetailProps) {
  return (
    <>
      <OrderNotes order={order} />
      <OrderLines order={order} />
      <OrderReservation order={order} onChange={onChange} onReload={onReload} />
      <OrderDelivery order={order} />
      <OrderParcel order={order} onChange={onChange} />
      <OrderWithdrawals order={order} onChange={onChange} />
      <OrderRefund order={order} onChange={onChange} onReload={onReload} />
      <OrderBuyer order={order} />
      <OrderHistory order={order} />
      <OrderPrivacy order={order} onErased={onReload} />
    </>
  );
}
