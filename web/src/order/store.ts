/**
 * Keeps the order that a secret address leads to, asked for again while something can still happen.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { type Api, createApi } from "../lib/api";
import { type ApiProblem, toProblem } from "../lib/problem";
import type { BuyerOrder, OrderStatus } from "../lib/types";

/** How often an order that waits for its payment is looked at; the server asks the provider as often. */
const LOOK_MS = 5_000;
/** How often one that waits for the shop or a bank is looked at. */
const LOOK_PATIENTLY_MS = 60_000;

export type OrderStore = {
  order: ReadonlySignal<BuyerOrder | null>;
  problem: ReadonlySignal<ApiProblem | null>;
  load(): Promise<void>;
  /** Looks again by itself until the returned function is called. */
  watch(): () => void;
};

export function createOrderStore(token: string, api: Api = createApi()): OrderStore {
  const order = signal<BuyerOrder | null>(null);
  const problem = signal<ApiProblem | null>(null);
  const load = async () => {
    try {
      order.value = await api.get<BuyerOrder>(`/buyer-orders/${encodeURIComponent(token)}`);
      problem.value = null;
    } catch (cause) {
      problem.value = toProblem(cause);
    }
  };
  const watch = () => {
    let lookedAt = Date.now();
    const look = () => {
      const pause = pauseAfter(order.value?.status ?? null);
      if (document.hidden || pause === null || Date.now() - lookedAt < pause) return;
      lookedAt = Date.now();
      void load();
    };
    const timer = setInterval(look, LOOK_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  };
  return { order, problem, load, watch };
}

/** Where an order stands in its buyer's eyes: what was given back whole is refunded. */
export function toldStatus({ status, refunded, total }: BuyerOrder): OrderStatus {
  const isSettled = status === "paid" || status === "shipped";
  return isSettled && refunded.amount > 0 && refunded.amount >= total.amount ? "refunded" : status;
}

/** How long to wait before the next look; null where nothing changes any more. */
export function pauseAfter(status: OrderStatus | null): number | null {
  switch (status) {
    case "reserved":
    case "open":
    case "releasing":
      return LOOK_MS;
    case "processing":
    case "paid":
    case "shipped":
    case "refund_due":
      return LOOK_PATIENTLY_MS;
    case null:
    case "expired":
    case "failed":
    case "create_failed":
    case "refunded":
      return null;
    default: {
      const impossible: never = status;
      return impossible;
    }
  }
}
