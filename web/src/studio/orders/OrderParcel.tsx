import { useState } from "preact/hooks";
import type { Order } from "../../lib/types";
import { dateTime, t } from "../texts";
import { ShipForm } from "./ShipForm";

type Props = { order: Order; onChange: (order: Order) => void };

/** Where the goods are: to be sent, on their way, or not to be sent at all. */
export function OrderParcel({ order, onChange }: Props) {
  const { orders } = t();
  const [isMending, setMending] = useState(false);
  const { shipment } = order;
  const isDisputed = order.dispute === "open";
  if (order.status === "paid" && (order.review !== null || isDisputed)) {
    return (
      <section class="panel">
        <h2 class="panel__title">{orders.parcel}</h2>
        <p class="panel__text">{isDisputed ? orders.disputed : orders.notYet}</p>
      </section>
    );
  }
  if (order.status !== "paid" && shipment === null) return null;
  const done = (next: Order) => {
    setMending(false);
    onChange(next);
  };
  if (shipment === null || isMending) {
    return (
      <ShipForm
        order={order}
        onDone={done}
        onCancel={shipment === null ? undefined : () => setMending(false)}
      />
    );
  }
  return (
    <section class="panel">
      <div class="panel__head">
        <h2 class="panel__title">{orders.parcel}</h2>
        {order.status === "shipped" && (
          <button type="button" class="button is-small" onClick={() => setMending(true)}>
            {orders.mend}
          </button>
        )}
      </div>
      <dl class="facts">
        <dt>{orders.sentAt}</dt>
        <dd>{dateTime(shipment.shipped_at)}</dd>
        <dt>{orders.carrier}</dt>
        <dd>{shipment.carrier ?? orders.noCarrier}</dd>
        <dt>{orders.trackingCode}</dt>
        <dd class="code">{shipment.tracking_code ?? "–"}</dd>
      </dl>
    </section>
  );
}
