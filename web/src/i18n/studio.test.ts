import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { commonEn } from "./common.en";
import { studioEn } from "./studio.en";
import { studioIt } from "./studio.it";

/** Where the server writes down its codes; absent where the web folder stands alone. */
const PROBLEMS = resolve("../src/domain/problem.rs");
const IMPORTS = resolve("../src/domain/import/mod.rs");

/** The wire names of one `text_enum!`, such as `Code` or `RowCode`. */
function codesOf(file: string, name: string): string[] {
  const body = readFileSync(file, "utf8").split(`    ${name} {`)[1]?.split("\n    }")[0] ?? "";
  return [...body.matchAll(/= "([a-z_]+)"/g)].map(([, code]) => code ?? "");
}

describe("texts of the studio", () => {
  it.skipIf(!existsSync(PROBLEMS))("explain every code that the server refuses with", () => {
    const codes = codesOf(PROBLEMS, "Code");
    const known = { ...commonEn.problems, ...studioEn.problems };
    expect(codes.length).toBeGreaterThan(40);
    expect(codes.filter((code) => !Object.hasOwn(known, code))).toEqual([]);
  });

  it.skipIf(!existsSync(IMPORTS))("explain every reason to refuse a row of an import", () => {
    const codes = codesOf(IMPORTS, "RowCode");
    const known = { ...commonEn.problems, ...studioEn.problems, ...studioEn.fields };
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => !Object.hasOwn(known, code))).toEqual([]);
  });

  it("leave no sentence in the other language", () => {
    const same = Object.entries(studioEn.problems).filter(
      ([code, text]) =>
        Object.entries(studioIt.problems).find(([other]) => other === code)?.[1] === text,
    );
    expect(same).toEqual([]);
  });
});
