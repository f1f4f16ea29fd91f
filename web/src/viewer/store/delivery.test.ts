import { signal } from "@preact/signals";
import { beforeEach, expect, it } from "vitest";
import type { ShowState } from "../../lib/reduce";
import { eur, rate, shop, state } from "../../lib/testing/builders";
import type { DeliveryZone } from "../../lib/types";
import { setLang } from "../../ui/lang";
import { createDeliveryStore } from "./delivery";

const HOME: DeliveryZone = { countries: ["IT"], rates: [rate()] };
const ABROAD: DeliveryZone = { countries: ["DE", "FR"], rates: [rate({ price: eur(1200) })] };

function setUp(zones: DeliveryZone[]) {
  const shown = signal<ShowState | null>({ ...state(), shop: shop({ delivery: { zones } }) });
  return createDeliveryStore({ state: shown });
}

beforeEach(() => {
  localStorage.clear();
  setLang("en");
});

it("asks nothing where the price does not depend on it", () => {
  for (const zones of [[], [ABROAD]]) {
    const delivery = setUp(zones);
    expect([delivery.isSettled.value, delivery.settle(), delivery.shipTo()]).toEqual([
      true,
      true,
      null,
    ]);
  }
});

it("holds a purchase back until a country is named, and remembers it", () => {
  const delivery = setUp([HOME, ABROAD]);
  expect(delivery.country.value).toBeNull();
  expect(delivery.settle()).toBe(false);
  expect(delivery.asked.value).toBe(1);
  delivery.choose("DE");
  expect(delivery.isSettled.value).toBe(true);
  expect(delivery.settle()).toBe(true);
  expect(setUp([HOME, ABROAD]).shipTo()).toBe("DE");
});

it("begins with the likely country, which one tap may not use unseen", () => {
  setLang("it");
  const delivery = setUp([HOME, ABROAD]);
  expect(delivery.country.value).toBe("IT");
  expect(delivery.isSettled.value).toBe(false);
  expect(delivery.settle()).toBe(true);
  expect(delivery.isSettled.value).toBe(true);
});

it("forgets a choice that this shop does not deliver to", () => {
  setUp([HOME, ABROAD]).choose("FR");
  const other = setUp([HOME, { ...ABROAD, countries: ["DE"] }]);
  expect(other.country.value).toBeNull();
  expect(other.isSettled.value).toBe(false);
});
