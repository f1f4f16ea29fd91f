import { describe, expect, it } from "vitest";
import { asksCountry, likelyCountry, listCountries, shippingCost, zoneOf } from "./delivery";
import { eur, rate } from "./testing/builders";

const HOME = { countries: ["IT", "SM"], rates: [rate({ free_from: eur(5000) })] };
const ABROAD = {
  countries: ["DE", "AT"],
  rates: [rate({ price: eur(1200) }), rate({ name: "Express", price: eur(2500) })],
};

describe("the zone of a country", () => {
  it("is asked for only where there are several", () => {
    expect([[], [HOME], [HOME, ABROAD]].map(asksCountry)).toEqual([false, false, true]);
    expect(zoneOf([], "IT")).toBeNull();
    expect(zoneOf([HOME], null)).toBe(HOME);
    expect(zoneOf([HOME, ABROAD], null)).toBeNull();
    expect(zoneOf([HOME, ABROAD], "AT")).toBe(ABROAD);
    expect(zoneOf([HOME, ABROAD], "FR")).toBeNull();
  });

  it("is listed by the names that people know", () => {
    const names: Record<string, string> = { IT: "Italia", SM: "San Marino", DE: "Germania" };
    const listed = listCountries(
      [HOME, { ...ABROAD, countries: ["DE"] }],
      (code) => names[code] ?? "",
    );
    expect(listed.map(({ code }) => code)).toEqual(["DE", "IT", "SM"]);
  });

  it("is guessed from what the browser says, where the shop delivers there", () => {
    const zones = [HOME, ABROAD];
    expect(likelyCountry(zones, ["de", "de-AT", "it-IT"], "en")).toBe("AT");
    expect(likelyCountry(zones, ["it"], "it")).toBe("IT");
    expect(likelyCountry(zones, ["en-US", "en"], "en")).toBeNull();
    expect(likelyCountry([ABROAD], ["it-IT"], "it")).toBeNull();
    expect(likelyCountry(zones, ["zh-Hans-DE"], "en")).toBe("DE");
  });
});

describe("what shipping costs", () => {
  it.each([
    { sum: 1000, lowest: 500, free: { from: eur(5000), missing: eur(4000) } },
    { sum: 4999, lowest: 500, free: { from: eur(5000), missing: eur(1) } },
    { sum: 5000, lowest: 0, free: null },
  ])("becomes nothing from its sum on: $sum", ({ sum, lowest, free }) => {
    expect(shippingCost(HOME, eur(sum))).toEqual({ lowest: eur(lowest), isFrom: false, free });
  });

  it("is the least of several, and says that there are others", () => {
    expect(shippingCost(ABROAD, eur(1000))).toEqual({
      lowest: eur(1200),
      isFrom: true,
      free: null,
    });
  });

  it("does not hide behind a free pick-up what a courier costs", () => {
    const zone = { ...HOME, rates: [...HOME.rates, rate({ name: "Pick-up", price: eur(0) })] };
    expect(shippingCost(zone, eur(1000))).toEqual({
      lowest: eur(0),
      isFrom: true,
      free: { from: eur(5000), missing: eur(4000) },
    });
    expect(shippingCost(zone, eur(5000))).toEqual({ lowest: eur(0), isFrom: false, free: null });
  });

  it("is unknown where nothing is said", () => {
    expect(shippingCost({ countries: ["IT"], rates: [] }, eur(1000))).toBeNull();
  });
});
