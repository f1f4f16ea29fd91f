/** All figures of a show: sums, chart, funnel, and the chart as a table. */
import type { ShowFigures } from "../../lib/types";
import { count, money } from "../texts";
import { ChartTable } from "./ChartTable";
import { FiguresChart } from "./FiguresChart";
import { FunnelTable } from "./FunnelTable";
import { figureTexts } from "./texts";

export function FiguresReport({ figures }: { figures: ShowFigures }) {
  const text = figureTexts.value;
  return (
    <div class="report">
      <Totals figures={figures} />
      <FiguresChart figures={figures} />
      <ChartTable figures={figures} />
      <section class="report__funnel">
        <h3>{text.funnel}</h3>
        <FunnelTable figures={figures} />
        <p class="report__rule">{text.rule}</p>
      </section>
    </div>
  );
}

function Totals({ figures: { totals } }: { figures: ShowFigures }) {
  const text = figureTexts.value;
  return (
    <section aria-label={text.summary}>
      <dl class="report__totals">
        <Figure name={text.people} value={count(totals.viewers)} hint={text.peopleHint} />
        <Figure
          name={text.sold}
          value={money(totals.total)}
          hint={text.laterHint(totals.orders, count(totals.orders))}
        />
        <Figure
          name={text.direct}
          value={money(totals.direct_total)}
          hint={text.directHint(totals.direct_orders, count(totals.direct_orders))}
        />
        {totals.refunded.amount > 0 && (
          <Figure name={text.refunded} value={money(totals.refunded)} />
        )}
        {totals.later_orders > 0 && (
          <Figure
            name={text.later}
            value={money(totals.later_total)}
            hint={text.laterHint(totals.later_orders, count(totals.later_orders))}
          />
        )}
      </dl>
    </section>
  );
}

function Figure({ name, value, hint = "" }: { name: string; value: string; hint?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span class="report__value numeric">{value}</span>
        {hint !== "" && <small>{hint}</small>}
      </dd>
    </div>
  );
}
