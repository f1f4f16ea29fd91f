import type { ShowFigures } from "../../lib/types";
import { count, money, time } from "../texts";
import { tableOf } from "./chart";
import { titleOf } from "./FiguresChart";
import { figureTexts } from "./texts";

/** What the chart shows, in words and figures. */
export function ChartTable({ figures }: { figures: ShowFigures }) {
  const text = figureTexts.value;
  return (
    <details class="chart-table">
      <summary>{text.asTable}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reachable by keyboard. */}
      <section class="chart-table__scroll" aria-label={text.asTable} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{text.time}</th>
              <th scope="col">{text.viewersLine}</th>
              <th scope="col">{text.orders}</th>
              <th scope="col">{text.sold}</th>
              <th scope="col">{text.pins}</th>
            </tr>
          </thead>
          <tbody class="numeric">
            {tableOf(figures).map((row) => (
              <tr key={row.atMs}>
                <th scope="row">{time(new Date(row.atMs).toISOString())}</th>
                <td>{row.viewers === null ? text.notCounted : count(row.viewers)}</td>
                <td>{row.sale === null ? "0" : count(row.sale.orders)}</td>
                <td>{row.sale === null ? "" : money(row.sale.total)}</td>
                <td>{row.pins.map((pin) => titleOf(figures, pin.product_id)).join(", ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
