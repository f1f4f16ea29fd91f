import { textOf } from "../../lib/i18n";
import type { Order } from "../../lib/types";
import { moment, t } from "../texts";

type Entry = { at: string; title: string; detail: string };

/** How an order came to be what it is: the click, each step, each mail. */
export function OrderHistory({ order }: { order: Order }) {
  return (
    <section class="panel">
      <h2 class="panel__title">{t().orders.history}</h2>
      <ol class="history">
        {entriesOf(order).map((entry) => (
          <li key={`${entry.at} ${entry.title} ${entry.detail}`}>
            <time class="numeric is-soft" dateTime={entry.at}>
              {moment(entry.at)}
            </time>
            <span>{entry.title}</span>
            <span class="is-soft">{entry.detail}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function entriesOf(order: Order): Entry[] {
  const { orders } = t();
  const statuses = t().orderStatus;
  const click = { at: order.created_at, title: statuses.reserved, detail: orders.clicked };
  const steps = order.history.map((change) => ({
    at: change.at,
    title: statuses[change.to],
    detail: textOf(orders.causes, change.cause) ?? change.cause,
  }));
  const mails = order.mails.map((mail) => ({
    at: mail.sent_at ?? mail.gave_up_at ?? mail.created_at,
    title: orders.mailStates[mailStateOf(mail)],
    detail: orders.mails[mail.kind],
  }));
  // Steps of one moment keep their order, mails of that moment follow them.
  return [click, ...steps, ...mails].sort((one, other) => one.at.localeCompare(other.at));
}

function mailStateOf(mail: Order["mails"][number]): "sent" | "failed" | "waiting" {
  if (mail.sent_at !== null) return "sent";
  return mail.gave_up_at === null ? "waiting" : "failed";
}
