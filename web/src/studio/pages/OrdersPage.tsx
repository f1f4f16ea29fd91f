import { useEffect, useMemo, useState } from "preact/hooks";
import type { OrderSummary } from "../../lib/types";
import * as api from "../api";
import { Empty } from "../components/Empty";
import { Icon } from "../components/Icon";
import { Link } from "../components/Link";
import { PagedList } from "../components/PagedList";
import { PageHead } from "../components/PageHead";
import { ExportButton } from "../orders/ExportButton";
import { OpenWithdrawals } from "../orders/OpenWithdrawals";
import { OrderFilter } from "../orders/OrderFilter";
import { OrderTable } from "../orders/OrderTable";
import { isNarrowed, NO_FILTER, queryOf } from "../orders/orderFilter";
import { Pager } from "../pager";
import { t } from "../texts";

/** All orders, newest first. */
export function OrdersPage() {
  const { orders } = t();
  const [filter, setFilter] = useState(NO_FILTER);
  const query = useMemo(() => queryOf(filter), [filter]);
  const pager = useMemo(
    () => new Pager<OrderSummary>((cursor, signal) => api.listOrders(query, cursor, signal)),
    [query],
  );
  useEffect(() => {
    void pager.load();
    return () => pager.stop();
  }, [pager]);
  return (
    <div class="page">
      <PageHead title={orders.title}>
        <ExportButton query={query} />
        <Link to={{ page: "packing" }} class="button">
          <Icon name="archive" />
          {orders.packing}
        </Link>
      </PageHead>
      <OpenWithdrawals />
      <OrderFilter filter={filter} onChange={setFilter} />
      <PagedList
        pager={pager}
        empty={
          isNarrowed(filter) ? (
            <Empty icon="search" title={orders.noMatchTitle} text={orders.noMatchText}>
              <button type="button" class="button" onClick={() => setFilter(NO_FILTER)}>
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
