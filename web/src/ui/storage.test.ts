// @vitest-environment node
/** Lists every key that the pages keep in a browser: what a person asked for, and nothing else. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const SOURCES = join(import.meta.dirname, "..");

/** The texts of all sources but tests. */
function sources(): string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => readFileSync(join(SOURCES, name), "utf8"));
}

it("keeps the keys that the privacy notice tells of, and no others", () => {
  const keys = sources().flatMap((text) =>
    [...text.matchAll(/["'`](vetrina\.[a-z]+(?:\.[a-z]+)*\.?)(?=["'`$])/g)].map(
      ([, key]) => key ?? "",
    ),
  );
  // `vetrina.v1` is the socket's protocol.
  expect([...new Set(keys)].filter((key) => key !== "vetrina.v").sort()).toEqual([
    "vetrina.bag.",
    "vetrina.country",
    "vetrina.embed.checkout",
    "vetrina.lang",
    "vetrina.link",
    "vetrina.return.",
    "vetrina.studio.keys",
    "vetrina.studio.questions",
    "vetrina.viewer.",
    "vetrina.votes.",
  ]);
});

it("writes to the browser's storage in known places only", () => {
  const direct = sources().filter((text) =>
    /(?:localStorage|sessionStorage)\s*\.\s*setItem|indexedDB|document\.cookie/.test(text),
  );
  expect(direct).toEqual([]);
});
