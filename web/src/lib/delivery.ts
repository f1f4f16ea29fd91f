/**
 * Where a shop delivers to and what that costs, as viewers are told before they buy.
 *
 * Pure; the price that counts is the one on the pay page, where the buyer chooses the rate.
 */
import type { DeliveryZone, Money, ShippingRate } from "./types";

/** What sending goods of some sum costs. */
export type ShippingCost = {
  /** The least that it may cost. */
  lowest: Money;
  /** Whether there are dearer ways too. */
  isFrom: boolean;
  /** From which sum on it is free, and how much is missing; null where that is no matter. */
  free: { from: Money; missing: Money } | null;
};

/** Whether the price depends on the country, so that it has to be asked for. */
export function asksCountry(zones: readonly DeliveryZone[]): boolean {
  return zones.length > 1;
}

export function delivers(zones: readonly DeliveryZone[], country: string): boolean {
  return zones.some(({ countries }) => countries.includes(country));
}

/** The zone of a country, or the only one there is. */
export function zoneOf(
  zones: readonly DeliveryZone[],
  country: string | null,
): DeliveryZone | null {
  const found = zones.find(({ countries }) => country !== null && countries.includes(country));
  if (found) return found;
  return zones.length === 1 ? (zones[0] ?? null) : null;
}

/** All countries by their names in the reader's language. */
export function listCountries(
  zones: readonly DeliveryZone[],
  nameOf: (code: string) => string,
): { code: string; name: string }[] {
  return zones
    .flatMap(({ countries }) => countries)
    .map((code) => ({ code, name: nameOf(code) }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

/** The country to begin with: of the browser's languages the first region, then the page's own. */
export function likelyCountry(
  zones: readonly DeliveryZone[],
  languages: readonly string[],
  lang: string,
): string | null {
  const regions = languages.map((tag) => /-([A-Z]{2})\b/.exec(tag)?.[1] ?? "");
  const guesses = lang === "it" ? [...regions, "IT"] : regions;
  return guesses.find((code) => delivers(zones, code)) ?? null;
}

/** What sending goods of this sum costs in a zone. */
export function shippingCost(zone: DeliveryZone, subtotal: Money): ShippingCost | null {
  const prices = zone.rates.map((rate) => priceFor(rate, subtotal));
  const [first] = prices;
  if (!first) return null;
  const lowest = prices.reduce((least, price) => (price.amount < least.amount ? price : least));
  const isFrom = prices.some(({ amount }) => amount !== lowest.amount);
  return { lowest, isFrom, free: nextFree(zone, subtotal) };
}

/** The rate whose price is told. */
export function rateOf(zone: DeliveryZone, cost: ShippingCost, sum: Money): ShippingRate | null {
  return zone.rates.find((rate) => priceFor(rate, sum).amount === cost.lowest.amount) ?? null;
}

function priceFor({ price, free_from }: ShippingRate, subtotal: Money): Money {
  const isFree = free_from !== null && subtotal.amount >= free_from.amount;
  return isFree ? { ...price, amount: 0 } : price;
}

function nextFree({ rates }: DeliveryZone, subtotal: Money): ShippingCost["free"] {
  const sums = rates
    .flatMap(({ free_from }) => free_from ?? [])
    .filter(({ amount }) => amount > subtotal.amount);
  if (sums.length === 0) return null;
  const from = sums.reduce((least, sum) => (sum.amount < least.amount ? sum : least));
  return { from, missing: { ...from, amount: from.amount - subtotal.amount } };
}
