import { signal } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import type { ShowState } from "../../lib/reduce";
import { eur, orderLine, product, state, variant } from "../../lib/testing/builders";
import { BAG_LINES_MAX, type KeptLine, writeBag } from "../bag/record";
import { createBagStore } from "./bag";

const KEY = "vetrina.bag.s1.show1";
const SCARF = variant();
const PRODUCT = product();

function setUp(start: ShowState | null = state()) {
  const shown = signal<ShowState | null>(start);
  const bag = createBagStore({ state: shown });
  const inBag = () => bag.bag.value.lines.map(({ variant, units }) => [variant.id, units]);
  return { bag, shown, inBag };
}

beforeEach(() => localStorage.clear());

describe("the bag", () => {
  it("survives a reload, in its own show only", () => {
    const { bag } = setUp();
    bag.add(PRODUCT, SCARF, 2);
    expect(setUp().inBag()).toEqual([["v1", 2]]);
    expect(setUp(state({ id: "other" })).inBag()).toEqual([]);
  });

  it("is read once the show is known", () => {
    setUp().bag.add(PRODUCT, SCARF, 1);
    const { shown, inBag } = setUp(null);
    expect(inBag()).toEqual([]);
    shown.value = state();
    expect(inBag()).toEqual([["v1", 1]]);
  });

  it("puts the same variant on one line, up to what one order may hold", () => {
    const { bag, shown, inBag } = setUp(
      state({ lineup: [product({ variants: [variant({ available: 50 })] })] }),
    );
    expect(shown.value).not.toBeNull();
    for (const units of [4, 4, 4]) bag.add(PRODUCT, SCARF, units);
    expect(inBag()).toEqual([["v1", 10]]);
  });

  it("holds twenty lines and no more", () => {
    const variants = Array.from({ length: BAG_LINES_MAX + 1 }, (_, at) =>
      variant({ id: `n${at}` }),
    );
    const { bag } = setUp(state({ lineup: [product({ variants })] }));
    expect(variants.map((one) => bag.add(PRODUCT, one, 1))).toEqual([
      ...Array.from({ length: BAG_LINES_MAX }, () => true),
      false,
    ]);
    expect(bag.bag.value.lines).toHaveLength(BAG_LINES_MAX);
  });

  it("follows prices and stock of the show", () => {
    const { bag, shown } = setUp();
    bag.add(PRODUCT, SCARF, 3);
    shown.value = state({
      lineup: [product({ variants: [variant({ price: eur(2500), available: 2 })] })],
    });
    const [line] = bag.bag.value.lines;
    expect(line).toMatchObject({ units: 2, wanted: 3, priceBefore: eur(1990) });
    expect(bag.bag.value.subtotal).toEqual(eur(5000));
  });

  it("lets go of what is no longer on sale, and names it until that was read", () => {
    const { bag, shown, inBag } = setUp();
    bag.add(PRODUCT, SCARF, 1);
    shown.value = state({ lineup: [] });
    expect(bag.gone.value).toEqual(["Scarf"]);
    expect(localStorage.getItem(KEY)).toBeNull();
    shown.value = state();
    expect(inBag()).toEqual([]);
    bag.readGone();
    expect(bag.gone.value).toEqual([]);
  });

  it("changes, removes and empties", () => {
    const { bag, inBag } = setUp();
    bag.add(PRODUCT, SCARF, 1);
    bag.setUnits("v1", 4);
    expect(inBag()).toEqual([["v1", 4]]);
    bag.remove("v1");
    expect(bag.isEmpty.value).toBe(true);
    bag.add(PRODUCT, SCARF, 1);
    bag.empty();
    expect(setUp().inBag()).toEqual([]);
  });

  it("takes a lapsed purchase back at the price it had", () => {
    const { bag, inBag } = setUp();
    bag.putBack([orderLine({ units: 2 }), orderLine({ product_id: "p2", variant_id: "v2" })]);
    expect(inBag()).toEqual([
      ["v1", 2],
      ["v2", 1],
    ]);
    expect(bag.bag.value.lines[0]?.priceBefore).toEqual(eur(2990));
  });

  it("hears of another tab", () => {
    const { inBag } = setUp();
    const line: KeptLine = {
      productId: "p1",
      variantId: "v1",
      title: "Scarf",
      units: 3,
      price: eur(1990),
    };
    localStorage.setItem(KEY, writeBag([line], Date.now()));
    dispatchEvent(new StorageEvent("storage", { key: KEY }));
    expect(inBag()).toEqual([["v1", 3]]);
  });

  it("clears away the bags of shows long past, and unreadable ones", () => {
    localStorage.setItem("vetrina.bag.s1.old", writeBag([], 0));
    localStorage.setItem("vetrina.bag.s1.broken", "{");
    localStorage.setItem("vetrina.lang", "it");
    setUp();
    expect(Object.keys(localStorage)).toEqual(["vetrina.lang"]);
  });
});
