import { expect, it } from "vitest";
import { EMPTY_OFFER, readOffer } from "./form";

const read = (part: Partial<typeof EMPTY_OFFER>) =>
  readOffer({ ...EMPTY_OFFER, price: "39,92", ...part }, "p1", "EUR");

it("reads price, time, pieces and cap", () => {
  const { offer, errors } = read({ minutes: "5", pieces: "20", cap: "2" });
  expect(errors.size).toBe(0);
  expect(offer).toEqual({
    product_id: "p1",
    price: { amount: 3992, currency: "EUR" },
    secs: 300,
    units: 20,
    units_per_buyer: 2,
  });
});

it.each([
  [{ price: "" }, { "/price": "required" }],
  [{ price: "0" }, { "/price": "amount" }],
  [{ price: "cheap" }, { "/price": "amount" }],
  [{ minutes: "0" }, { "/secs": "minutes" }],
  [{ minutes: "1441" }, { "/secs": "minutes" }],
  [{ minutes: "" }, { "/secs": "required" }],
  [{ minutes: "", pieces: "3" }, {}],
  [{ pieces: "1.5" }, { "/units": "pieces" }],
  [{ cap: "11" }, { "/units_per_buyer": "cap" }],
])("says what is wrong with %o", (part, expected) => {
  expect(Object.fromEntries(read(part).errors)).toEqual(expected);
});
