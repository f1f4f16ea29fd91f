/** Waiting for facts with a deadline; the only ways in which these tests wait. */
import type { Locator, Page } from "playwright-core";
import { vi } from "vitest";
import { PATIENCE_MS } from "./browser";

/** How often a fact is looked for that the browser cannot wait for by itself. */
const LOOK_MS = 50;

/** Returns when it is there for eyes. */
export async function seen(locator: Locator): Promise<void> {
  await locator.first().waitFor({ state: "visible", timeout: PATIENCE_MS });
}

/** Returns when it is no longer there for eyes. */
export async function gone(locator: Locator): Promise<void> {
  await locator.first().waitFor({ state: "hidden", timeout: PATIENCE_MS });
}

/** Returns when the element's text contains this, or matches it. */
export async function reads(locator: Locator, text: string | RegExp): Promise<void> {
  await holds(async () => {
    const found = ((await locator.first().textContent()) ?? "").trim();
    const isThere = typeof text === "string" ? found.includes(text) : text.test(found);
    if (!isThere) throw new Error(`${locator} reads "${found}" and not ${text}`);
  });
}

/** Returns when the look at it no longer throws; throws what it threw last. */
export async function holds(look: () => Promise<void> | void): Promise<void> {
  await vi.waitFor(look, { timeout: PATIENCE_MS, interval: LOOK_MS });
}

/** More stops than this between two places means that the second is out of reach. */
const TABS_MAX = 80;

/** Walks by the Tab key alone until the element has the focus. */
export async function tabTo(page: Page, locator: Locator): Promise<void> {
  await seen(locator);
  for (let stop = 0; stop < TABS_MAX; stop += 1) {
    if (await hasFocus(locator)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${locator} is not reached within ${TABS_MAX} tabs`);
}

export function hasFocus(locator: Locator): Promise<boolean> {
  return locator.first().evaluate((element) => element === document.activeElement);
}
