/** The orders that wait to be packed: paid, beyond doubt, not sent. */
import type { Order, OrderSummary } from "../../lib/types";
import * as api from "../api";
import { NO_FILTER, queryOf } from "./orderFilter";

/** Orders of one packing list: a long day's work; the list says so when more wait. */
const ORDERS_MAX = 1_000;

/** Orders asked for at once: lists tell no addresses, and the server has others to serve too. */
const AT_ONCE = 6;

export type ToPack = { orders: Order[]; hasMore: boolean };

/** Loads them, the oldest first, because who bought first is served first. */
export async function loadToPack(signal: AbortSignal): Promise<ToPack> {
  const query = queryOf({ ...NO_FILTER, view: "to_send" });
  const orders: OrderSummary[] = [];
  let cursor: string | null = null;
  do {
    const page = await api.listOrders(query, cursor, signal);
    orders.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null && orders.length < ORDERS_MAX);
  const hasMore = cursor !== null || orders.length > ORDERS_MAX;
  const chosen = orders.slice(0, ORDERS_MAX).reverse();
  return { orders: await withAddresses(chosen, signal), hasMore };
}

/** The orders with where they go, in the same order. */
async function withAddresses(orders: OrderSummary[], signal: AbortSignal): Promise<Order[]> {
  const whole: Order[] = [];
  for (let from = 0; from < orders.length; from += AT_ONCE) {
    const some = orders.slice(from, from + AT_ONCE);
    whole.push(...(await Promise.all(some.map(({ id }) => api.getOrder(id, signal)))));
  }
  return whole;
}
