/**
 * Maps the checkout settings to the form and back.
 *
 * Pure: knows neither the server nor components. Pointers are those of the request, so what is
 * found here and what the server refuses stand at the same fields.
 */
import { EU } from "../../lib/countries";
import type { Lang } from "../../lib/i18n";
import { moneyInput, parseMoney } from "../../lib/money";
import type { CheckoutSettings, RateSettings } from "../../lib/types";
import type { FieldErrors } from "./errors";

export type RateDraft = {
  /** Tells rows apart; no part of what is sent. */
  key: number;
  name: string;
  price: string;
  freeFrom: string;
  minDays: string;
  maxDays: string;
};
export type ZoneDraft = { key: number; countries: string[]; rates: RateDraft[] };
export type CheckoutDraft = {
  zones: ZoneDraft[];
  asksForPhone: boolean;
  takesPromotionCodes: boolean;
  automaticTax: boolean;
};

/** The server's bounds. */
export const ZONES_MAX = 30;
export const RATES_MAX = 5;
export const RATE_NAME_LENGTH_MAX = 60;
const DAYS_MAX = 90;

let lastKey = 0;

function newKey(): number {
  lastKey += 1;
  return lastKey;
}

export function emptyRate(name = ""): RateDraft {
  return { key: newKey(), name, price: "", freeFrom: "", minDays: "", maxDays: "" };
}

export function emptyZone(rateName: string): ZoneDraft {
  return { key: newKey(), countries: [], rates: [emptyRate(rateName)] };
}

export function draftOf(settings: CheckoutSettings, currency: string, lang: Lang): CheckoutDraft {
  const amount = (minor: number | null) =>
    minor === null ? "" : moneyInput({ amount: minor, currency }, lang);
  const days = (n: number | null) => (n === null ? "" : String(n));
  return {
    zones: settings.zones.map(({ countries, rates }) => ({
      key: newKey(),
      countries: [...countries],
      rates: rates.map((rate) => ({
        key: newKey(),
        name: rate.name,
        price: amount(rate.price),
        freeFrom: amount(rate.free_from),
        minDays: days(rate.min_days),
        maxDays: days(rate.max_days),
      })),
    })),
    asksForPhone: settings.asks_for_phone,
    takesPromotionCodes: settings.takes_promotion_codes,
    automaticTax: settings.automatic_tax,
  };
}

/** The countries that no zone of the form has yet. */
export function freeCountries(draft: CheckoutDraft, all: readonly string[]): string[] {
  const taken = new Set(draft.zones.flatMap(({ countries }) => countries));
  return all.filter((code) => !taken.has(code));
}

/** The Union's countries that are still free, into this zone. */
export function withUnion(draft: CheckoutDraft, zone: ZoneDraft): string[] {
  return [...zone.countries, ...freeCountries(draft, EU)];
}

/** What the form says, and everything in it that cannot be sent. */
export function readDraft(
  draft: CheckoutDraft,
  currency: string,
): { settings: CheckoutSettings; errors: FieldErrors } {
  const errors = new Map<string, string>();
  const zones = draft.zones.map(({ countries, rates }, zone) => {
    if (countries.length === 0) errors.set(`/zones/${zone}/countries`, "required");
    const read = (rate: RateDraft, index: number) =>
      readRate(rate, currency, (field, code) =>
        errors.set(`/zones/${zone}/rates/${index}/${field}`, code),
      );
    return { countries, rates: rates.map(read) };
  });
  const settings = {
    zones,
    asks_for_phone: draft.asksForPhone,
    takes_promotion_codes: draft.takesPromotionCodes,
    automatic_tax: draft.automaticTax,
  };
  return { settings, errors };
}

type Refuse = (field: keyof RateSettings, code: string) => void;

function readRate(rate: RateDraft, currency: string, refuse: Refuse): RateSettings {
  const name = rate.name.trim();
  if (name === "") refuse("name", "required");
  const price = parseMoney(rate.price, currency);
  if (price === null) refuse("price", rate.price.trim() === "" ? "required" : "amount");
  const freeFrom = rate.freeFrom.trim() === "" ? null : parseMoney(rate.freeFrom, currency);
  if (rate.freeFrom.trim() !== "" && !freeFrom?.amount) refuse("free_from", "amount");
  const min_days = readDays(rate.minDays, (code) => refuse("min_days", code));
  const max_days = readDays(rate.maxDays, (code) => refuse("max_days", code));
  if (min_days !== null && max_days !== null && max_days < min_days) {
    refuse("max_days", "below_first");
  }
  return {
    name,
    price: price?.amount ?? 0,
    free_from: freeFrom?.amount ?? null,
    min_days,
    max_days,
  };
}

function readDays(text: string, refuse: (code: string) => void): number | null {
  if (text.trim() === "") return null;
  const days = /^\d{1,2}$/.test(text.trim()) ? Number(text.trim()) : 0;
  if (days < 1 || days > DAYS_MAX) refuse("days");
  return days;
}
