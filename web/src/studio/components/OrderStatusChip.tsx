import type { OrderStatus } from "../../lib/types";
import { t } from "../texts";

type Tone = "ok" | "warn" | "bad" | "quiet";

/** Money that arrived is green, money on its way amber, money to give back red. */
const TONES: Record<OrderStatus, Tone> = {
  reserved: "warn",
  open: "warn",
  processing: "warn",
  releasing: "quiet",
  paid: "ok",
  shipped: "ok",
  expired: "quiet",
  failed: "quiet",
  create_failed: "quiet",
  refund_due: "bad",
  refunded: "quiet",
};

export function OrderStatusChip({ status }: { status: OrderStatus }) {
  return <span class={`chip chip--${TONES[status]}`}>{t().orderStatus[status]}</span>;
}
