import { signal } from "@preact/signals";
import { beforeEach, expect, it, vi } from "vitest";
import { commonEn } from "../i18n/common.en";
import { embedEn } from "../i18n/embed.en";
import type { ShowState } from "../lib/reduce";
import { eur, product, state, variant } from "../lib/testing/builders";
import { setLang } from "../ui/lang";
import { createPageCart } from "./cart";
import type { Answer, PageLink } from "./link";
import { dressed, type ToldPrices, withTold } from "./told";

const SCARF = product();
const BAG = product({ id: "p2", title: "Bag", variants: [variant({ id: "v2", sku: "B-1" })] });

/** A cart whose page answers when the test says so. */
function setUp() {
  const shown = signal<ShowState | null>(state({ lineup: [SCARF, BAG] }));
  const answers: ((answer: Answer) => void)[] = [];
  const ask = vi.fn(() => new Promise<Answer>((answer) => answers.push(answer)));
  const link: PageLink = { ask, send: vi.fn(), on: vi.fn() };
  const page = createPageCart(link, shown);
  const answer = async (said: Answer) => {
    answers.shift()?.(said);
    await vi.waitFor(() => expect(page.cart.isBusy.value).toBe(false));
  };
  const lines = () => page.bag.bag.value.lines.map(({ variant, units }) => [variant.id, units]);
  return { ...page, ask, answer, lines };
}

beforeEach(() => setLang("en"));

it("asks the page for how many its cart is to hold, and believes its answer", async () => {
  const { bag, cart, ask, answer, lines } = setUp();
  bag.add(SCARF, variant(), 2);
  expect(cart.isBusy.value).toBe(true);
  expect(ask).toHaveBeenLastCalledWith(
    "add-to-cart",
    expect.objectContaining({ product: expect.objectContaining({ id: "p1" }), quantity: 2 }),
  );
  expect(lines()).toEqual([]);
  await answer({ success: true, reason: "" });
  expect(lines()).toEqual([["v1", 2]]);
  bag.add(SCARF, variant(), 1);
  expect(ask).toHaveBeenLastCalledWith("add-to-cart", expect.objectContaining({ quantity: 3 }));
  await answer({ success: true, reason: "" });
  bag.remove("v1");
  expect(ask).toHaveBeenLastCalledWith("add-to-cart", expect.objectContaining({ quantity: 0 }));
  await answer({ success: true, reason: "" });
  expect(lines()).toEqual([]);
});

it("says in words why something did not go in", async () => {
  const { bag, cart, answer, lines, forgive } = setUp();
  for (const [said, words] of [
    [null, embedEn.noAnswer],
    [{ success: false, reason: "" }, embedEn.refused],
    [{ success: false, reason: "something of the page's own" }, embedEn.refused],
    [{ success: false, reason: "out-of-stock" }, commonEn.problems.sold_out],
  ] as const) {
    bag.add(SCARF, variant(), 1);
    expect(cart.refusal.value).toBeNull();
    await answer(said);
    expect(cart.refusal.value).toBe(words);
  }
  expect(lines()).toEqual([]);
  forgive();
  expect(cart.refusal.value).toBeNull();
});

it("asks one question at a time", async () => {
  const { bag, ask, answer } = setUp();
  bag.add(SCARF, variant(), 1);
  bag.add(BAG, variant({ id: "v2" }), 1);
  expect(ask).toHaveBeenCalledOnce();
  await answer({ success: true, reason: "" });
  bag.add(BAG, variant({ id: "v2" }), 1);
  expect(ask).toHaveBeenCalledTimes(2);
});

it("shows what the page says is in its cart, as far as the show has it", () => {
  const { set, lines } = setUp();
  set({
    lines: [
      { variant: "v1", quantity: 3 },
      { sku: "B-1", quantity: 1 },
      { sku: "of another shelf", quantity: 2 },
      { sku: "B-1", quantity: -1 },
      null,
      "v1",
    ],
  });
  expect(lines()).toEqual([
    ["v1", 3],
    ["v2", 1],
  ]);
  set({ lines: [] });
  expect(lines()).toEqual([]);
  for (const odd of [undefined, null, 7, { lines: "v1" }]) set(odd);
  expect(lines()).toEqual([]);
});

it("lays the page's prices and stock over the show, and nothing that is not one", () => {
  const none: ToldPrices = new Map();
  const before = state({ lineup: [SCARF, BAG] });
  const after = dressed(
    before,
    withTold(none, [
      { variant: "v1", price: { amount: 990, currency: "EUR" }, available: 2 },
      { sku: "B-1", price: { amount: 100, currency: "USD" }, available: 0 },
    ]),
  );
  const [scarf, bag] = after.show.lineup.map(({ variants }) => variants[0]);
  expect([scarf?.price, scarf?.available]).toEqual([eur(990), 2]);
  expect([bag?.price, bag?.available]).toEqual([BAG.variants[0]?.price, 0]);
  for (const odd of [null, 7, [], { price: eur(1) }, { sku: "", available: 1 }, [[null]]]) {
    expect(withTold(none, odd).size).toBe(0);
  }
  const wrong = withTold(none, {
    variant: "v1",
    price: { amount: -1, currency: "EUR" },
    available: 1.5,
  });
  expect(dressed(before, wrong).show.lineup[0]?.variants[0]?.price).toEqual(eur(1990));
  const many = Array.from({ length: 500 }, (_, at) => ({ sku: `S${at}`, available: 1 }));
  expect(withTold(none, many).size).toBe(100);
});
