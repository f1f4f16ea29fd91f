import type { OrderTexts } from "../i18n/order.en";
import { formatDateTime } from "../lib/time";
import type { Shipment } from "../lib/types";
import { lang } from "../ui/lang";

/** Where the parcel is to be asked for. */
export function ParcelFacts({ shipment, text }: { shipment: Shipment; text: OrderTexts }) {
  return (
    <dl class="order-facts">
      <dt>{text.shippedAt}</dt>
      <dd>{formatDateTime(shipment.shipped_at, lang.value)}</dd>
      {shipment.carrier !== null && (
        <>
          <dt>{text.carrier}</dt>
          <dd>{shipment.carrier}</dd>
        </>
      )}
      {shipment.tracking_code !== null && (
        <>
          <dt>{text.trackingCode}</dt>
          <dd class="order-code">{shipment.tracking_code}</dd>
        </>
      )}
    </dl>
  );
}
