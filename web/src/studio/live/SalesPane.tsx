import type { Sales } from "../../lib/types";
import { Empty } from "../components/Empty";
import { Loading } from "../components/Loading";
import { count, money, t } from "../texts";
import { OrderCard } from "./OrderCard";
import type { LiveStore } from "./store";
import { ViewersLine } from "./ViewersLine";

/** What the show has sold, the newest orders, and who watches. */
export function SalesPane({ store }: { store: LiveStore }) {
  const words = t().sales;
  const members = store.members.value;
  return (
    <section class="pane pane--sales" id="pane-sales" aria-labelledby="pane-sales-title">
      <h2 id="pane-sales-title" class="visually-hidden">
        {words.title}
      </h2>
      {members === null ? (
        <Loading rows={2} />
      ) : (
        <>
          <div class="sales__figures">
            <Figures sales={members.sales} />
            <ViewersLine samples={store.samples.value} />
          </div>
          {members.orders.length === 0 ? (
            <Empty icon="orders" title={words.emptyTitle} text={words.emptyText} />
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reachable by keyboard.
            <ol class="sales__orders" aria-label={words.newest} tabIndex={0}>
              {members.orders.map((order) => (
                <OrderCard key={order.id} order={order} clock={store.clock} />
              ))}
            </ol>
          )}
        </>
      )}
    </section>
  );
}

function Figures({ sales }: { sales: Sales }) {
  const words = t().sales;
  return (
    <dl class="figures" aria-live="polite">
      <div class="figures__total">
        <dt>{words.total}</dt>
        <dd class="numeric">{money(sales.total)}</dd>
      </div>
      <div>
        <dt>{words.orders(sales.orders)}</dt>
        <dd class="numeric">{count(sales.orders)}</dd>
      </div>
      <div>
        <dt>{words.units(sales.units)}</dt>
        <dd class="numeric">{count(sales.units)}</dd>
      </div>
    </dl>
  );
}
