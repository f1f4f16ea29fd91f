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
        <Beside order={order} />
        <li class="receipt__total">
          <span class="receipt__words">{orders.total}</span>
          <strong class="numeric">{money(order.total)}</strong>
        </li>
        {order.tax.amount > 0 && (
          <li class="receipt__part is-soft">
            <span class="receipt__words">{orders.tax}</span>
            <span class="numeric">{money(order.tax)}</span>
          </li>
        )}
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

/** What leads from the goods to the total, where there is anything. */
function Beside({ order }: { order: Order }) {
  const { orders } = t();
  const { subtotal, shipping, discount } = order;
  if (shipping === null && discount.amount === 0) return null;
  return (
    <>
      <li class="receipt__part is-first">
        <span class="receipt__words">{orders.subtotal}</span>
        <span class="numeric">{money(subtotal)}</span>
      </li>
      {shipping !== null && (
        <li class="receipt__part">
          <span class="receipt__words">
            {orders.shipping}
            {shipping.method !== null && <span class="is-soft">{shipping.method}</span>}
          </span>
          <span class="numeric">{money(shipping.price)}</span>
        </li>
      )}
      {discount.amount > 0 && (
        <li class="receipt__part">
          <span class="receipt__words">{orders.discount}</span>
          <span class="numeric">{money(multiply(discount, -1))}</span>
        </li>
      )}
    </>
  );
}
