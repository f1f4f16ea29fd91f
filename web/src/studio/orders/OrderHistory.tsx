import { textOf } from "../../lib/i18n";
import type { OrderChange } from "../../lib/types";
import { common } from "../../ui/lang";
import { moment, t } from "../texts";

/** How an order came to be what it is. */
export function OrderHistory({ history }: { history: readonly OrderChange[] }) {
  const statuses = common.value.orderStatus;
  return (
    <section class="panel">
      <h2 class="panel__title">{t().orders.history}</h2>
      <ol class="history">
        {history.map((change) => (
          <li key={`${change.at} ${change.to}`}>
            <time class="numeric is-soft" dateTime={change.at}>
              {moment(change.at)}
            </time>
            <span>{statuses[change.to]}</span>
            <span class="is-soft">{textOf(t().orders.causes, change.cause) ?? change.cause}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
