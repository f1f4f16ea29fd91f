import { expect, it } from "vitest";
import { CARRIERS, carrierOf, choiceOf } from "./carriers";

it("finds every carrier on the list again", () => {
  for (const carrier of CARRIERS) expect(carrierOf(choiceOf(carrier), "")).toBe(carrier);
});

it("keeps a carrier that is not on the list as it was written", () => {
  expect(choiceOf("Corriere di Gianni")).toBe("other");
  expect(carrierOf("other", " Corriere di Gianni ")).toBe("Corriere di Gianni");
});

it("names no carrier where there is none", () => {
  expect(choiceOf(null)).toBe("");
  expect(carrierOf("", "left over")).toBeNull();
  expect(carrierOf("other", "  ")).toBeNull();
});
