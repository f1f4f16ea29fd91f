import type { Order } from "../../lib/types";
import { common } from "../../ui/lang";
import { Link } from "../components/Link";
import { linkTexts } from "../links/texts";
import { CopyLink } from "../settings/CopyLink";
import { dateTime, t } from "../texts";

/** Who bought, when, and the page by which the buyer follows the order. */
export function OrderBuyer({ order }: { order: Order }) {
  const { orders } = t();
  return (
    <section class="panel">
      <h2 class="panel__title">{orders.buyer}</h2>
      {order.buyer === null ? (
        <p class="panel__text">{order.paid_at === null ? orders.noBuyer : orders.buyerGone}</p>
      ) : (
        <p class="buyer">
          <strong>{order.buyer.name ?? orders.unknownBuyer}</strong>
          {order.buyer.email !== null && (
            <a href={`mailto:${order.buyer.email}`}>{order.buyer.email}</a>
          )}
          {order.buyer.phone !== null && (
            <a href={`tel:${order.buyer.phone}`}>{order.buyer.phone}</a>
          )}
        </p>
      )}
      <p class="panel__text">
        {order.paid_at === null
          ? orders.createdAt(dateTime(order.created_at))
          : orders.paidAt(dateTime(order.paid_at))}
        {" · "}
        {orders.reads(common.value.languages[order.language])}
      </p>
      {order.link !== null && (
        <p class="panel__text">
          {linkTexts.value.cameBy}{" "}
          <Link to={{ page: "links" }}>
            {linkTexts.value.sources[order.link.source]}
            {order.link.label !== "" && `: ${order.link.label}`}
          </Link>{" "}
          <span class="numeric">/l/{order.link.code}</span>
        </p>
      )}
      <CopyLink label={orders.buyerPage} url={order.order_url} />
      <p class="panel__text">{orders.buyerPageHint}</p>
      <Link to={{ page: "live", id: order.show_id }}>{orders.openShow}</Link>
    </section>
  );
}
