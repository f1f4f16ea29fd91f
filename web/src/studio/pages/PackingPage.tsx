import { useEffect, useMemo, useState } from "preact/hooks";
import { multiply } from "../../lib/money";
import type { OrderSummary } from "../../lib/types";
import { Empty } from "../components/Empty";
import { Icon } from "../components/Icon";
import { Loaded } from "../components/Loaded";
import { PageHead } from "../components/PageHead";
import { Tabs } from "../components/Tabs";
import { PackingSlip } from "../orders/PackingSlip";
import { loadToPack, type ToPack } from "../orders/packing";
import { Resource } from "../pager";
import { money, t } from "../texts";

type Layout = "list" | "pages";

/** The orders to be packed, chosen here and printed as one list or one sheet each. */
export function PackingPage() {
  const { orders } = t();
  const [layout, setLayout] = useState<Layout>("list");
  const resource = useMemo(() => new Resource<ToPack>(loadToPack), []);
  useEffect(() => {
    void resource.load();
    return () => resource.stop();
  }, [resource]);
  return (
    <div class={`page packing packing--${layout}`}>
      <PageHead title={orders.packing} text={orders.packingText} back={{ page: "orders" }}>
        <Tabs
          label={orders.packingLayout}
          value={layout}
          options={[
            { value: "list", label: orders.packingList },
            { value: "pages", label: orders.packingPages },
          ]}
          onChange={setLayout}
        />
      </PageHead>
      <Loaded resource={resource}>{(toPack) => <Choice toPack={toPack} />}</Loaded>
    </div>
  );
}

function Choice({ toPack }: { toPack: ToPack }) {
  const { orders } = t();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = toPack.orders.filter((order) => !left.has(order.id));
  if (toPack.orders.length === 0) {
    return <Empty icon="check" title={orders.nothingToPack} text={orders.nothingToPackText} />;
  }
  const toggle = (order: OrderSummary) => {
    const next = new Set(left);
    if (!next.delete(order.id)) next.add(order.id);
    setLeft(next);
  };
  const all = () => setLeft(new Set());
  const none = () => setLeft(new Set(toPack.orders.map((order) => order.id)));
  return (
    <>
      <div class="packing__tools">
        <p>
          <strong>{orders.chosen(chosen.length)}</strong> {totalOf(chosen)}
        </p>
        <button type="button" class="button is-small" onClick={all}>
          {orders.chooseAll}
        </button>
        <button type="button" class="button is-small" onClick={none}>
          {orders.chooseNone}
        </button>
        <button
          type="button"
          class="button is-primary"
          disabled={chosen.length === 0}
          onClick={() => print()}
        >
          <Icon name="print" />
          {orders.print}
        </button>
      </div>
      {toPack.hasMore && <p class="note">{orders.packingFull(toPack.orders.length)}</p>}
      <ul class="slips">
        {toPack.orders.map((order) => (
          <PackingSlip
            key={order.id}
            order={order}
            isChosen={!left.has(order.id)}
            onToggle={() => toggle(order)}
          />
        ))}
      </ul>
    </>
  );
}

/** What the chosen orders are worth, where they share a currency. */
function totalOf(orders: readonly OrderSummary[]): string {
  const [first] = orders;
  if (first === undefined) return "";
  const amount = orders.reduce((sum, order) => sum + order.total.amount, 0);
  return money({ ...multiply(first.total, 0), amount });
}
