/**
 * What this viewer has gathered in this show, kept in the browser.
 *
 * Sets nothing aside: the server does that at the checkout. Prices and stock are the show's,
 * so what is shown here is never older than what the page knows.
 */
import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { variantTitle } from "../../lib/options";
import type { OrderLine, ProductView, VariantView } from "../../lib/types";
import { readStored, writeStored } from "../../ui/storage";
import { type Bag, bagOf, fullName, goneFrom } from "../bag/contents";
import {
  BAG_LINES_MAX,
  isStale,
  type KeptLine,
  readBag,
  TEXT_CHARS_MAX,
  writeBag,
} from "../bag/record";
import { UNITS_MAX } from "../products/units";
import type { ShowStore } from "./show";

const PREFIX = "vetrina.bag.";

export type BagStore = {
  bag: ReadonlySignal<Bag>;
  /** What left because the shop no longer offers it, by name; until it was read. */
  gone: ReadonlySignal<string[]>;
  isEmpty: ReadonlySignal<boolean>;
  /** Puts pieces in at today's price; false when the bag is full. */
  add(product: ProductView, variant: VariantView, units: number): boolean;
  setUnits(variantId: string, units: number): void;
  remove(variantId: string): void;
  /** Takes a lapsed purchase back in, as far as there is room. */
  putBack(lines: readonly OrderLine[]): void;
  empty(): void;
  readGone(): void;
};

export function createBagStore({ state }: Pick<ShowStore, "state">): BagStore {
  const kept = signal<KeptLine[]>([]);
  const gone = signal<string[]>([]);
  let key: string | null = null;

  const keep = (lines: KeptLine[]) => {
    kept.value = lines;
    if (key) writeStored(key, lines.length > 0 ? writeBag(lines, Date.now()) : null);
  };
  const load = () => {
    if (key) kept.value = readBag(readStored(key), Date.now());
  };
  effect(() => {
    const now = state.value;
    if (!now || key !== null) return;
    forgetOldBags();
    key = `${PREFIX}${now.shop.id}.${now.show.id}`;
    load();
  });
  // Another tab of the same show has changed it.
  addEventListener("storage", (event) => event.key === key && load());
  effect(() => {
    const lineup = state.value?.show.lineup;
    if (!lineup) return;
    // Only news of the show takes lines away: what another tab put in may be newer than this page.
    const lines = kept.peek();
    const lost = goneFrom(lines, lineup);
    if (lost.length === 0) return;
    batch(() => {
      gone.value = [...gone.peek(), ...lost.map(({ title }) => title)].slice(-BAG_LINES_MAX);
      keep(lines.filter((line) => !lost.includes(line)));
    });
  });
  const put = (line: KeptLine): boolean => {
    const old = kept.value.find(({ variantId }) => variantId === line.variantId);
    if (!old && kept.value.length >= BAG_LINES_MAX) return false;
    const units = Math.min(UNITS_MAX, (old?.units ?? 0) + line.units);
    const next = { ...line, units };
    keep(old ? kept.value.map((at) => (at === old ? next : at)) : [...kept.value, next]);
    return true;
  };

  return {
    bag: computed(() => bagOf(kept.value, state.value?.show.lineup ?? [])),
    gone,
    isEmpty: computed(() => kept.value.length === 0),
    add: (product, variant, units) => put(keptLine(product, variant, units)),
    setUnits: (variantId, units) =>
      keep(kept.value.map((line) => (line.variantId === variantId ? { ...line, units } : line))),
    remove: (variantId) => keep(kept.value.filter((line) => line.variantId !== variantId)),
    putBack(lines) {
      for (const { product_id, variant_id, title, variant_title, units, unit_amount } of lines) {
        put({
          productId: product_id,
          variantId: variant_id,
          title: clipped(title, variant_title),
          units,
          price: unit_amount,
        });
      }
    },
    empty: () => keep([]),
    readGone: () => {
      gone.value = [];
    },
  };
}

function keptLine(product: ProductView, variant: VariantView, units: number): KeptLine {
  return {
    productId: product.id,
    variantId: variant.id,
    title: clipped(product.title, variantTitle(variant)),
    units,
    price: variant.price,
  };
}

function clipped(title: string, variant: string): string {
  return fullName(title, variant).slice(0, TEXT_CHARS_MAX);
}

/** Bags of shows long past do not pile up in the browser. */
function forgetOldBags(): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && isStale(localStorage.getItem(key), Date.now())) {
        localStorage.removeItem(key);
      }
    }
  } catch {
    // Without storage there is nothing to forget.
  }
}
