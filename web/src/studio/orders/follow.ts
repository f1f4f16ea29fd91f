/**
 * Looks at an order again while the server is about to change it by itself.
 *
 * Bounded: after the last pause it stops, and the member looks again by hand.
 */
import type { Order } from "../../lib/types";

/** A provider answers within a second or two; who waits longer waits for a repeat or a bank. */
const PAUSES_MS = [500, 1_000, 1_000, 2_000, 3_000, 5_000, 8_000, 15_000, 30_000];

/** Whether the next step is the server's, and soon. */
export function isMoving(order: Order): boolean {
  const isAskedFor = order.refunds.some((refund) => refund.status === "due");
  return isAskedFor || order.status === "releasing" || order.status === "refund_due";
}

export class OrderFollower {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private looks = 0;
  private followed = "";

  constructor(private readonly look: () => void) {}

  /** Takes note of how an order stands; begins anew when that differs from the last time. */
  see(order: Order): void {
    clearTimeout(this.timer);
    const stand = standOf(order);
    if (stand !== this.followed) this.looks = 0;
    this.followed = stand;
    this.goOn(order);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private goOn(order: Order): void {
    const pause = PAUSES_MS[this.looks];
    if (!isMoving(order) || pause === undefined) return;
    this.timer = setTimeout(() => {
      this.looks += 1;
      this.look();
      // A look that finds nothing, because no answer comes, must not be the last one.
      this.goOn(order);
    }, pause);
  }
}

function standOf(order: Order): string {
  return [order.status, ...order.refunds.map(({ id, status }) => `${id} ${status}`)].join(" ");
}
