import { expect, it } from "vitest";
import { addressLines } from "./address";
import type { PostalAddress } from "./types";

const NONE: PostalAddress = {
  line1: null,
  line2: null,
  postal_code: null,
  city: null,
  state: null,
  country: null,
};

it.each([
  {
    country: "IT",
    address: {
      line1: "Via Roma 1",
      line2: "Scala B",
      postal_code: "53100",
      city: "Siena",
      state: "SI",
    },
    lines: ["Via Roma 1", "Scala B", "53100 Siena SI", "Land"],
  },
  {
    country: "DE",
    address: { line1: "Hauptstr. 5", postal_code: "10115", city: "Berlin" },
    lines: ["Hauptstr. 5", "10115 Berlin", "Land"],
  },
  {
    country: "US",
    address: { line1: "1 Main St", postal_code: "02139", city: "Cambridge", state: "MA" },
    lines: ["1 Main St", "Cambridge, MA 02139", "Land"],
  },
  {
    country: "GB",
    address: { line1: "10 High St", postal_code: "SW1A 1AA", city: "London" },
    lines: ["10 High St", "London", "SW1A 1AA", "Land"],
  },
  { country: "US", address: { city: "Cambridge" }, lines: ["Cambridge", "Land"] },
  { country: "FR", address: { line1: " " }, lines: ["Land"] },
])("is written as people in $country do", ({ country, address, lines }) => {
  expect(addressLines({ ...NONE, ...address, country }, "Land")).toEqual(lines);
});

it("may be empty", () => {
  expect(addressLines(NONE, null)).toEqual([]);
});
