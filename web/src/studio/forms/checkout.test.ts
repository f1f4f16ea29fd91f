import { describe, expect, it } from "vitest";
import type { CheckoutSettings } from "../../lib/types";
import { draftOf, emptyRate, emptyZone, freeCountries, readDraft, withUnion } from "./checkout";

const SETTINGS: CheckoutSettings = {
  zones: [
    {
      countries: ["IT", "SM"],
      rates: [{ name: "Corriere", price: 590, free_from: 8000, min_days: 1, max_days: 3 }],
    },
    {
      countries: ["DE"],
      rates: [{ name: "Post", price: 1200, free_from: null, min_days: null, max_days: null }],
    },
  ],
  asks_for_phone: true,
  takes_promotion_codes: false,
  automatic_tax: true,
};

describe("the checkout form", () => {
  it("sends what it was opened with, in either language", () => {
    for (const lang of ["it", "en"] as const) {
      const read = readDraft(draftOf(SETTINGS, "EUR", lang), "EUR");
      expect(read.errors.size).toBe(0);
      expect(read.settings).toEqual(SETTINGS);
    }
    const yen = { ...SETTINGS, zones: SETTINGS.zones.slice(0, 1) };
    expect(readDraft(draftOf(yen, "JPY", "it"), "JPY").settings).toEqual(yen);
  });

  it("points at every field that is missing", () => {
    const draft = { ...draftOf(SETTINGS, "EUR", "it"), zones: [emptyZone("")] };
    expect(Object.fromEntries(readDraft(draft, "EUR").errors)).toEqual({
      "/zones/0/countries": "required",
      "/zones/0/rates/0/name": "required",
      "/zones/0/rates/0/price": "required",
    });
  });

  it.each([
    [{ price: "five" }, { price: "amount" }],
    [{ price: "5,0015" }, { price: "amount" }],
    [{ freeFrom: "soon" }, { free_from: "amount" }],
    [{ freeFrom: "0" }, { free_from: "amount" }],
    [{ minDays: "0" }, { min_days: "days" }],
    [{ maxDays: "91" }, { max_days: "days" }],
    [{ maxDays: "1.5" }, { max_days: "days" }],
    [{ minDays: "5", maxDays: "2" }, { max_days: "below_first" }],
    [{ price: "0", freeFrom: "50", minDays: "2", maxDays: "2" }, {}],
  ])("says what is wrong with %o", (part, expected) => {
    const rates = [{ ...emptyRate("Corriere"), price: "5", ...part }];
    const zones = [{ key: 0, countries: ["IT"], rates }];
    const { errors } = readDraft({ ...draftOf(SETTINGS, "EUR", "it"), zones }, "EUR");
    const found = [...errors].map(([at, code]) => [at.replace("/zones/0/rates/0/", ""), code]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it("gives each country to one zone", () => {
    const draft = draftOf(SETTINGS, "EUR", "it");
    expect(freeCountries(draft, ["IT", "FR", "DE", "US"])).toEqual(["FR", "US"]);
    const second = draft.zones[1];
    const union = second ? withUnion(draft, second) : [];
    expect(union).toHaveLength(26);
    expect(union).not.toContain("IT");
    expect(union.filter((code) => code === "DE")).toHaveLength(1);
  });
});
