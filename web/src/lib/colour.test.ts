import { expect, it } from "vitest";
import { brandColours, contrastOf } from "./colour";

it("makes every brand colour readable", () => {
  for (const hex of ["#7a2e3a", "#ffe14d", "#00ffcc", "#000000", "#ffffff", "#777777", "#1a56db"]) {
    const colours = brandColours(hex);
    if (!colours) throw new Error(hex);
    expect(contrastOf(colours.fill, colours.onFill), hex).toBeGreaterThanOrEqual(4.5);
    expect(contrastOf(colours.inkOnLight, "#f4f1ec"), hex).toBeGreaterThanOrEqual(4.5);
    expect(contrastOf(colours.inkOnDark, "#262229"), hex).toBeGreaterThanOrEqual(4.5);
  }
});

it("takes nothing that is no colour", () => {
  for (const text of ["", "red", "#fff", "#12345g", "url(x)"])
    expect(brandColours(text)).toBeNull();
});
