/**
 * Tells the shop's figures which products were opened.
 *
 * Each product is told once, a few together, and only while the show sells; what cannot be told is
 * lost, and nothing else waits for it.
 */
import { sells } from "../../lib/reduce";
import type { ShowStore } from "../store/show";

/** How long openings are gathered. The server takes a message in three seconds from each viewer. */
const GATHER_MS = 3_000;
/** Many open what was just pinned: they tell of it over so much more time. */
const SPREAD_MS = 3_000;
/** Products in one message, as many as the server takes. */
const MESSAGE_MAX = 20;

export type Openings = {
  /** A product was opened. */
  add(productId: string): void;
  /** Tells what waits; called by a timer and when the page is put away. */
  flush(): void;
  stop(): void;
};

type Show = Pick<ShowStore, "state" | "you" | "socket">;

export function createOpenings(show: Show, random: () => number = Math.random): Openings {
  const told = new Set<string>();
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = () => {
    timer ??= setTimeout(flush, GATHER_MS + random() * SPREAD_MS);
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const [state, you, socket] = [show.state.peek(), show.you.peek(), show.socket()];
    const ids = [...waiting].slice(0, MESSAGE_MAX);
    for (const id of ids) waiting.delete(id);
    // Members look at their own show as often as they like; before it begins nobody is counted.
    if (ids.length === 0 || !socket || you?.role !== "viewer" || !state || !sells(state.show))
      return;
    for (const id of ids) told.add(id);
    socket.send("card.open", { product_ids: ids }).catch(() => {
      // An older server does not know it, and a crowd may be refused: then they are not counted.
    });
    if (waiting.size > 0) later();
  };
  return {
    add(productId) {
      if (told.has(productId)) return;
      waiting.add(productId);
      later();
    },
    flush,
    stop: () => clearTimeout(timer),
  };
}
