import { multiply } from "../../lib/money";
import type { Order } from "../../lib/types";
import { money, t } from "../texts";

/** What was bought, as on a receipt. */
export function OrderLines({ order }: { order: Order }) {
  const { orders } = t();
  return (
    <section class="panel">
      <h2 class="panel__title">{orders.lines}</h2>
      <ul class="receipt">
        {order.lines.map((line) => (
          <li key={`${line.title} ${line.variant_title} ${line.sku}`}>
            <span class="numeric is-soft">{orders.units(line.units)}</span>
            <span class="receipt__words">
              <span class="receipt__title">{line.title}</span>
              <span class="is-soft">
                {line.variant_title}
                {line.variant_title !== "" && line.sku !== null && " · "}
                {line.sku !== null && orders.sku(line.sku)}
              </span>
              {line.restocked_units > 0 && (
                <span class="is-soft">{orders.refund.restocked(line.restocked_units)}</span>
              )}
            </span>
            <span class="numeric">{money(multiply(line.unit_amount, line.units))}</span>
          </li>
        ))}
        <li class="receipt__total">
          <span class="receipt__words">{orders.total}</span>
          <strong class="numeric">{money(order.total)}</strong>
        </li>
        {order.refunded.amount > 0 && (
          <li class="receipt__refunded">
            <span class="receipt__words is-soft">{orders.refund.statuses.succeeded}</span>
            <span class="numeric">{money(multiply(order.refunded, -1))}</span>
          </li>
        )}
      </ul>
    </section>
  );
}
