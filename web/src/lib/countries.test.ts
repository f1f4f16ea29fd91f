import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { COUNTRIES, EU } from "./countries";

/** Where the server keeps its list; absent where the web folder stands alone. */
const SERVER = resolve("../src/domain/delivery.rs");

it.skipIf(!existsSync(SERVER))("are the server's", () => {
  const list = /const COUNTRIES: &str = "([^"]+)"/.exec(readFileSync(SERVER, "utf8"))?.[1] ?? "";
  expect(list.replace(/\\\n/g, "").split(/\s+/)).toEqual(COUNTRIES);
});

it("include all of the Union", () => {
  expect(new Set(EU).size).toBe(27);
  expect(EU.filter((code) => !COUNTRIES.includes(code))).toEqual([]);
});
