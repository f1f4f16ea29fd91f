import { describe, expect, it } from "vitest";
import { currencyDigits, formatMoney, moneyInput, multiply, parseMoney, priceRange } from "./money";
import { eur, variant } from "./testing/builders";

/** `Intl` separates with no-break spaces. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("formatMoney", () => {
  it("writes as the language does", () => {
    expect(plain(formatMoney(eur(123_456), "it"))).toBe("1234,56 €");
    expect(formatMoney(eur(4_990), "en")).toBe("€49.90");
    expect(formatMoney(eur(0), "en")).toBe("€0.00");
  });

  it("has as many decimals as the currency", () => {
    expect(formatMoney({ amount: 500, currency: "JPY" }, "en")).toBe("JP¥500");
    expect(currencyDigits("JPY")).toBe(0);
    expect(currencyDigits("EUR")).toBe(2);
  });
});

describe("parseMoney", () => {
  it("reads what people type, exactly", () => {
    const cases: [string, number][] = [
      ["20", 2000],
      ["19,9", 1990],
      ["19.90", 1990],
      ["1.234,50", 123_450],
      ["1,234.50", 123_450],
      ["1.234", 123_400],
      ["€ 49,90", 4990],
      ["0,1", 10],
      ["0.29", 29],
    ];
    for (const [text, amount] of cases) expect(parseMoney(text, "EUR"), text).toEqual(eur(amount));
  });

  it("reads three decimals where the currency has them", () => {
    const cases: [string, number][] = [
      ["0.500", 500],
      ["1,234", 1234],
      ["1.234,5", 1_234_500],
      ["12", 12_000],
    ];
    for (const [text, amount] of cases)
      expect(parseMoney(text, "BHD"), text).toEqual({ amount, currency: "BHD" });
    expect(parseMoney("1.2345", "BHD")).toBeNull();
    expect(parseMoney("1.234", "JPY")).toEqual({ amount: 1234, currency: "JPY" });
  });

  it("reads back what it wrote into a field", () => {
    for (const currency of ["EUR", "JPY", "BHD"])
      for (const amount of [1, 500, 1990, 1_234_567])
        for (const lang of ["it", "en"]) {
          const value = { amount, currency };
          expect(parseMoney(moneyInput(value, lang), currency)).toEqual(value);
        }
  });

  it("refuses what is no exact amount", () => {
    for (const text of ["", "abc", "-1", "1,234,5678", "1e3", "12,9x"]) {
      expect(parseMoney(text, "EUR"), text).toBeNull();
    }
    expect(parseMoney("500,5", "JPY")).toBeNull();
    expect(parseMoney("500", "JPY")).toEqual({ amount: 500, currency: "JPY" });
  });

  it("reads back what it offers for editing", () => {
    for (const amount of [1, 99, 100, 123_456]) {
      expect(parseMoney(moneyInput(eur(amount), "it"), "EUR")).toEqual(eur(amount));
      expect(parseMoney(moneyInput(eur(amount), "en"), "EUR")).toEqual(eur(amount));
    }
  });
});

it("multiplies in minor units", () => {
  expect(multiply(eur(1990), 3)).toEqual(eur(5970));
});

it("spans the prices of what can be bought", () => {
  const variants = [
    variant({ price: eur(500), available: 0 }),
    variant({ price: eur(900) }),
    variant({ price: eur(1200) }),
  ];
  expect(priceRange(variants)).toEqual({ low: eur(900), high: eur(1200) });
  expect(priceRange([variant({ price: eur(500), available: 0 })])).toEqual({
    low: eur(500),
    high: eur(500),
  });
  expect(priceRange([])).toBeNull();
});
