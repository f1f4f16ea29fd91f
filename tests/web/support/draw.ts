/**
 * The states of the interface, walked once for eyes and once for axe.
 *
 * With `VETRINA_SCREENS=1` each is drawn into `target/screens`; otherwise axe looks at it, by day and
 * by night. So no state is drawn that nobody has looked at for those who cannot see it.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Lang } from "../../../web/src/lib/i18n";
import { findBarriers } from "./axe";
import { REPOSITORY } from "./server";

export const FOLDER = join(REPOSITORY, "target/screens");
export const isDrawing = process.env.VETRINA_SCREENS === "1";
/** A walk through all states of one device and language; axe takes a second or two for each. */
export const WALK_MS = 900_000;

export type Look = { device: "phone" | "desktop"; lang: Lang };

const ALL: Look[] = [
  { device: "phone", lang: "it" },
  { device: "desktop", lang: "en" },
  { device: "phone", lang: "en" },
  { device: "desktop", lang: "it" },
];
/** Axe finds the same in both languages; `VETRINA_LOOKS=all` has it look at desktops too. */
export const LOOKS = isDrawing ? ALL : ALL.slice(0, process.env.VETRINA_LOOKS === "all" ? 2 : 1);

if (isDrawing) mkdirSync(FOLDER, { recursive: true });

/** Draws a page, or asks axe about it, once its pictures and movements have come to rest. */
export async function draw(page: Page, name: string, { device, lang }: Look): Promise<void> {
  if (!isDrawing) return ask(page, name);
  await page.evaluate(async () => {
    const images = [...document.images].filter(({ loading }) => loading !== "lazy");
    await Promise.all(images.map((image) => image.decode().catch(() => undefined)));
    const ending = document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    await Promise.all(ending.map(({ finished }) => finished.catch(() => undefined)));
  });
  await page.screenshot({ path: join(FOLDER, `${name}-${device}-${lang}.png`) });
}

/** A picture of a page for eyes alone. */
export async function picture(
  page: Page,
  name: string,
  options: { fullPage?: boolean; omitBackground?: boolean } = {},
): Promise<void> {
  if (isDrawing) await page.screenshot({ path: join(FOLDER, `${name}.png`), ...options });
  else await ask(page, name);
}

async function ask(page: Page, name: string): Promise<void> {
  expect.soft(await findWide(page), `${name} is wider than its window`).toEqual([]);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // Soft, so that one run names every barrier.
    expect.soft(await findBarriers(page), `${name} in ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
}

/** What makes a page scroll sideways; nothing where it does not. */
function findWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1,
    );
    return [
      `${scrollWidth} of ${clientWidth} px`,
      ...wide.slice(0, 5).map(({ outerHTML }) => outerHTML.slice(0, 120)),
    ];
  });
}
