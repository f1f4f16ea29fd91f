/** Asks axe whether a page can be used by everybody. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AxeResults, RunOptions } from "axe-core";
import type { Frame, Page } from "playwright-core";
import { REPOSITORY } from "./server";

const SOURCE = readFileSync(
  createRequire(join(REPOSITORY, "web/package.json")).resolve("axe-core/axe.min.js"),
  "utf8",
);

const GRAVE = new Set(["serious", "critical"]);

const OPTIONS: RunOptions = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
  resultTypes: ["violations"],
};

/** What stands in somebody's way on this page, each with the element it is about. */
export async function findBarriers(page: Page | Frame): Promise<string[]> {
  await page.evaluate(settle);
  // The policy of the page forbids foreign scripts in it; the debugger may still evaluate.
  await page.evaluate(SOURCE);
  const results = await page.evaluate(run, OPTIONS);
  return results.violations
    .filter(({ impact }) => impact && GRAVE.has(impact))
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, any }) => `${id}: ${help}: ${target} ${any[0]?.message ?? ""}`),
    );
}

function run(options: RunOptions): Promise<AxeResults> {
  const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
  return axe.run(document, options);
}

/** Colours that are still fading say nothing about contrast; endless movement is not waited for. */
async function settle(): Promise<void> {
  // A transition may begin a frame after its cause, so two quiet frames in a row are asked for;
  // a countdown that is redrawn each second never gives them, so there is an end to asking.
  for (let round = 0, quiet = 0; quiet < 2 && round < 6; round += 1) {
    await new Promise((drawn) => requestAnimationFrame(drawn));
    const moving = document
      .getAnimations()
      .filter(({ playState }) => playState === "running")
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    quiet = moving.length > 0 ? 0 : quiet + 1;
    await Promise.all(moving.map(({ finished }) => finished.catch(() => undefined)));
  }
}
