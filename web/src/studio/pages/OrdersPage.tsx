import { useEffect, useMemo, useState } from "preact/hooks";
import type { OrderStatus, OrderSummary } from "../../lib/types";
import * as api from "../api";
import { Empty } from "../components/Empty";
import { PagedList } from "../components/PagedList";
import { PageHead } from "../components/PageHead";
import { OrderFilter } from "../orders/OrderFilter";
import { OrderTable } from "../orders/OrderTable";
import { Pager } from "../pager";
import { t } from "../texts";

/** All orders, newest first. */
export function OrdersPage() {
  const { orders } = t();
  const [status, setStatus] = useState<OrderStatus | null>(null);
  const [showId, setShowId] = useState<string | null>(null);
  const pager = useMemo(
    () =>
      new Pager<OrderSummary>((cursor, signal) =>
        api.listOrders({ status, show_id: showId }, cursor, signal),
      ),
    [status, showId],
  );
  useEffect(() => {
    void pager.load();
    return () => pager.stop();
  }, [pager]);
  const clear = () => {
    setStatus(null);
    setShowId(null);
  };
  const isFiltered = status !== null || showId !== null;
  return (
    <div class="page">
      <PageHead title={orders.title} />
      <OrderFilter status={status} showId={showId} onStatus={setStatus} onShow={setShowId} />
      <PagedList
        pager={pager}
        empty={
          isFiltered ? (
            <Empty icon="search" title={orders.noMatchTitle} text={orders.noMatchText}>
              <button type="button" class="button" onClick={clear}>
                {orders.clear}
              </button>
            </Empty>
          ) : (
            <Empty icon="orders" title={orders.emptyTitle} text={orders.emptyText} />
          )
        }
      >
        {(items) => <OrderTable orders={items} />}
      </PagedList>
    </div>
  );
}
