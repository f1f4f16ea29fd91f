/** The orders that wait to be packed: paid, beyond doubt, not sent. */
import type { OrderSummary } from "../../lib/types";
import * as api from "../api";
import { NO_FILTER, queryOf } from "./orderFilter";

/** Orders of one packing list: a long day's work; the list says so when more wait. */
const ORDERS_MAX = 1_000;

export type ToPack = { orders: OrderSummary[]; hasMore: boolean };

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
  return { orders: orders.slice(0, ORDERS_MAX).reverse(), hasMore };
}
