import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { isOpen } from "../../lib/reduce";
import type { Sales, ShowView } from "../../lib/types";
import { Dialog } from "../components/Dialog";
import { Empty } from "../components/Empty";
import { Icon } from "../components/Icon";
import { Loaded } from "../components/Loaded";
import { Loading } from "../components/Loading";
import { ChartTable } from "../figures/ChartTable";
import { ring } from "../figures/chime";
import { FiguresChart } from "../figures/FiguresChart";
import { FiguresReport } from "../figures/FiguresReport";
import { FunnelTable } from "../figures/FunnelTable";
import { SoundButton } from "../figures/SoundButton";
import { figureTexts } from "../figures/texts";
import { useFigures } from "../figures/useFigures";
import { count, money, t } from "../texts";
import { OrderCard } from "./OrderCard";
import type { LiveStore } from "./store";

/** What the show has sold, who watches, how far they go with each product, and the newest orders. */
export function SalesPane({ store, show }: { store: LiveStore; show: ShowView }) {
  const words = t().sales;
  const members = store.members.value;
  const sold = store.sold.value;
  const report = useSignal(false);
  useEffect(() => {
    if (sold > 0) ring();
  }, [sold]);
  return (
    <section class="pane pane--sales" id="pane-sales" aria-labelledby="pane-sales-title">
      <h2 id="pane-sales-title" class="visually-hidden">
        {words.title}
      </h2>
      {members === null ? (
        <Loading rows={2} />
      ) : (
        <>
          <SalesHead sales={members.sales}>
            {!show.is_rehearsal && <ReportButton report={report} />}
          </SalesHead>
          {show.is_rehearsal ? (
            <p class="sales__rehearsal">{figureTexts.value.rehearsal}</p>
          ) : (
            <ShowFigures store={store} sales={members.sales} show={show} report={report} />
          )}
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

function SalesHead({ sales, children }: { sales: Sales; children: ComponentChildren }) {
  return (
    <div class="sales__figures">
      <Figures sales={sales} />
      <div class="sales__actions">
        <SoundButton />
        {children}
      </div>
    </div>
  );
}

function ReportButton({ report }: { report: Signal<boolean> }) {
  const open = () => {
    report.value = true;
  };
  return (
    <button type="button" class="button is-small" onClick={open}>
      {figureTexts.value.all}
    </button>
  );
}

type FiguresProps = { store: LiveStore; sales: Sales; show: ShowView; report: Signal<boolean> };

function ShowFigures({ store, sales, show, report }: FiguresProps) {
  const text = figureTexts.value;
  const isOnline = store.status.value.kind === "online";
  const news = `${isOnline} ${show.status} ${sales.orders} ${show.featured.join(" ")}`;
  const resource = useFigures(show.id, isOnline && isOpen(show.status), news);
  const close = () => {
    report.value = false;
  };
  return (
    <>
      <Loaded resource={resource}>
        {(figures) => (
          <>
            <div class="sales__chart">
              <FiguresChart figures={figures} />
              {resource.problem.value !== null && (
                <p class="sales__stale" role="status">
                  <Icon name="warning" />
                  {text.stale}
                </p>
              )}
              <ChartTable figures={figures} />
            </div>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reachable by keyboard. */}
            <section class="sales__funnel" aria-label={text.funnel} tabIndex={0}>
              <FunnelTable figures={figures} />
            </section>
          </>
        )}
      </Loaded>
      <Dialog isOpen={report.value} title={text.title} onClose={close}>
        <Loaded resource={resource}>{(figures) => <FiguresReport figures={figures} />}</Loaded>
      </Dialog>
    </>
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
