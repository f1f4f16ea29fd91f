import { describe, expect, it } from "vitest";
import { withPrices } from "./offers";
import { applyEvent, featuredProducts, type ShowState } from "./reduce";
import { createSteps, PATIENCE_MS } from "./step";
import { at, eur, product, state, variant } from "./testing/builders";
import { type Random, randomOf } from "./testing/random";
import type { OfferView, ProductView, ShowView, ViewerEvent } from "./types";

/** Runs of each property; a seed names a failing one. */
const SEEDS = 200;
const IDS = ["p1", "p2", "p3"];
const products = IDS.map((id) => product({ id, variants: [variant({ id: `v${id}` })] }));
const START_MS = Date.parse(at(0));

function offer(id: string, productId: string): OfferView {
  const lowest = { variant_id: `v${productId}`, lowest: eur(2990), lowest_days: 30, percent: 30 };
  return {
    id,
    product_id: productId,
    price: eur(2093),
    starts_at: at(0),
    ends_at: null,
    units: 5,
    units_left: 5,
    units_per_buyer: null,
    variants: [lowest],
  };
}

/** One event that fits the types, whether or not a server would send it just then. */
function eventOf(random: Random, seq: number, ms: number): ViewerEvent {
  const place = { seq, at: new Date(ms).toISOString() };
  const id = random.pick(IDS);
  const featured = IDS.slice(random.below(3));
  switch (random.below(8)) {
    case 0:
    case 1:
      return { ...place, type: "product.featured", data: { product_id: id, featured } };
    case 2:
      return { ...place, type: "product.unfeatured", data: { product_id: id, featured } };
    case 3:
      return {
        ...place,
        type: "stock.changed",
        data: { product_id: id, variant_id: `v${id}`, available: random.below(9), on_sale: true },
      };
    case 4: {
      const lineup = products.filter(() => random.below(4) > 0);
      return { ...place, type: "lineup.changed", data: { lineup, featured } };
    }
    case 5:
      return { ...place, type: "offer.started", data: { offer: offer(`o${seq}`, id) } };
    case 6: {
      const data = { offer_id: `o${random.below(seq)}`, product_id: id };
      return random.pick<ViewerEvent>([
        { ...place, type: "offer.ended", data: { ...data, reason: "member" } },
        { ...place, type: "offer.units_changed", data: { ...data, units_left: random.below(4) } },
      ]);
    }
    default: {
      const changed = products.find((one) => one.id === id) as ProductView;
      const [only] = changed.variants;
      const price = eur(1500 + random.below(3000));
      const data = { product: { ...changed, variants: only ? [{ ...only, price }] : [] } };
      return { ...place, type: "product.changed", data };
    }
  }
}

/** What is paid and what is there, for which no picture is waited. */
const facts = (show: ShowView) =>
  show.lineup.map(({ id, variants }) => ({
    id,
    variants: variants.map(({ id, price, available, on_sale }) => ({
      id,
      price,
      available,
      on_sale,
    })),
  }));

const now = (state: ShowState) => withPrices(state.show, new Map());

/** An offer's note is shown where its terms are. */
const noted = (show: ShowView) =>
  show.lineup.flatMap(({ variants }) => variants.flatMap((one) => one.offer?.id ?? []));

describe("what is on screen", () => {
  it.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
    "is the fold up to one place that never goes back (seed %i)",
    (seed) => {
      const random = randomOf(seed);
      const offset = random.pick([0, 0, -1000, 1500, -45_000]);
      const patience = Math.max(PATIENCE_MS, -offset);
      const base = state({ lineup: products, featured: ["p1"] });
      const steps = createSteps();
      steps.reset(base.show);
      let full = base;
      let clock = START_MS;
      let picture: number | null = clock - 4000;
      /** Since when each event is here, and what of the log is on screen. */
      const log: { event: ViewerEvent; due: number; since: number }[] = [];
      const shown: ViewerEvent[] = [];
      let due = 0;
      for (let tick = 0; tick < 150; tick += 1) {
        const passed = random.pick([100, 200, 200, 1000, 7000]);
        clock += passed;
        // Plays, stalls, catches up, or is nowhere for a while.
        const way = random.below(12);
        if (way === 0) picture = null;
        else if (way === 1) picture = clock - random.below(40_000);
        else if (picture !== null && way > 3) picture += passed;
        const fresh = Array.from({ length: random.pick([0, 0, 1, 1, 3]) }, () =>
          // Two nodes' clocks differ a little, and a lost connection brings old events late.
          eventOf(random, log.length + 1, clock - random.pick([0, 20, -20, 3000])),
        ).map((event, index) => ({ ...event, seq: log.length + 1 + index }));
        for (const event of fresh) {
          if (isOfScreen(event)) due = Math.max(due, Date.parse(event.at));
          log.push({ event, due, since: clock });
        }
        full = fresh.reduce(applyEvent, full);
        const others = steps.add(fresh, clock);
        const reached = steps.reach(picture, clock, offset);
        shown.push(...reached);

        const waiting = log.filter(({ event }) => isOfScreen(event)).slice(shown.length);
        // In the order of the log, without a hole, and each event once.
        const ofScreen = log.map(({ event }) => event).filter(isOfScreen);
        expect(shown).toEqual(ofScreen.slice(0, shown.length));
        expect(others).toEqual(fresh.filter((event) => !isOfScreen(event)));
        expect(steps.isWaiting()).toBe(waiting.length > 0);
        // What waits is not due; with no picture nothing waits, and nobody waits too long.
        for (const { due, since } of waiting) {
          expect(picture).not.toBeNull();
          expect(due).toBeGreaterThan((picture ?? clock) + offset);
          expect(clock - since).toBeLessThan(patience);
        }
        // What came is due, or is not waited for any longer.
        for (const event of reached) {
          const { due, since } = log[event.seq - 1] as (typeof log)[number];
          const isReached = picture === null || due <= picture + offset;
          expect(isReached || clock - Math.min(due, since) >= patience).toBe(true);
        }

        const seen = steps.beside(now(full));
        const told = shown.reduce(applyEvent, base);
        const isHere = (id: string) => full.show.lineup.some((one) => one.id === id);
        expect(featuredProducts(seen).map(({ id }) => id)).toEqual(
          told.show.featured.filter(isHere),
        );
        // An offer's note is never ahead of the picture, and gone with the offer.
        const announced = shown.flatMap((event) =>
          event.type === "offer.started" ? event.data.offer.id : [],
        );
        expect(noted(seen)).toEqual(noted(now(full)).filter((id) => announced.includes(id)));
        // Price, stock and what is for sale are those of this moment.
        expect(facts(seen)).toEqual(facts(now(full)));
      }
    },
  );

  const pin = (seq: number, secs: number, ...featured: string[]): ViewerEvent => ({
    seq,
    at: at(secs),
    type: "product.featured",
    data: { product_id: featured[0] ?? "p1", featured },
  });
  const ms = (secs: number) => Date.parse(at(secs));

  it("waits for the picture, moved by what the shop says", () => {
    const { show } = state();
    const steps = createSteps();
    steps.reset(show);
    steps.add([pin(1, 10, "p2")], ms(10));
    expect(steps.reach(ms(9), ms(12), 0)).toEqual([]);
    expect(steps.beside(show).featured).toEqual([]);
    expect(steps.reach(ms(10), ms(13), -500)).toEqual([]);
    expect(steps.reach(ms(9) + 500, ms(13), 500)).toHaveLength(1);
    expect(steps.beside(show).featured).toEqual(["p2"]);
  });

  it("is shown after half a minute even if the picture stands still", () => {
    const steps = createSteps();
    steps.reset(state().show);
    steps.add([pin(1, 10, "p2")], ms(10));
    expect(steps.reach(ms(0), ms(39), 0)).toEqual([]);
    expect(steps.reach(ms(0), ms(40), 0)).toHaveLength(1);
    steps.add([pin(2, 50, "p1")], ms(50));
    // Unless the shop itself says that its picture is that late.
    expect(steps.reach(ms(90), ms(90), -45_000)).toEqual([]);
    expect(steps.reach(ms(95), ms(95), -45_000)).toHaveLength(1);
  });

  it("keeps no more than a bound, and shows the oldest beyond it", () => {
    const steps = createSteps();
    steps.reset(state().show);
    steps.add(
      Array.from({ length: 230 }, (_, index) => pin(index + 1, 10, "p2")),
      ms(10),
    );
    expect(steps.reach(ms(0), ms(10), 0)).toHaveLength(30);
  });

  it("begins anew with a snapshot", () => {
    const steps = createSteps();
    steps.reset(state().show);
    steps.add([pin(1, 10, "p2")], ms(10));
    const { show } = state({ featured: ["p1"] });
    steps.reset(show);
    expect(steps.isWaiting()).toBe(false);
    expect(steps.beside(show).featured).toEqual(["p1"]);
  });
});

function isOfScreen({ type }: ViewerEvent): boolean {
  return ["product.featured", "product.unfeatured", "lineup.changed", "offer.started"].includes(
    type,
  );
}
