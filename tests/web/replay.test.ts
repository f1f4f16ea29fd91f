/** A show watched again: as it was, by thumb and by keyboard, and bought from at today's prices. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { studioReplayEn } from "../../web/src/i18n/studioReplay.en";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import { startDemo } from "./support/server";
import type { Viewer } from "./support/viewer";
import { escaped } from "./support/viewer";
import { gone, holds, seen, tabTo } from "./support/wait";

const SHIRT = "Camicia di lino Alba";
const BELT = "Cintura di cuoio Orlo";
const CANDLE = "Candela Fico e Timo";

const cast = useCast(() => startDemo());
const address = () => `${cast.server.baseUrl}/show/cappotti-e-lino`;

async function isOpenToAll(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await findBarriers(page), colorScheme).toEqual([]);
  }
}

/** Where the recording itself is. */
const place = (page: Page) =>
  page.locator("video").evaluate((video: HTMLVideoElement) => video.currentTime);
const slider = ({ page, words }: Viewer) =>
  page.getByRole("slider", { name: words.replay.position });

async function isAt(viewer: Viewer, secs: number): Promise<void> {
  // The recording plays on while the machine is slow.
  await holds(async () => {
    const now = await place(viewer.page);
    expect(now).toBeGreaterThanOrEqual(secs - 1);
    expect(now).toBeLessThan(secs + 60);
  });
}

describe.each([
  { device: "phone", lang: "it" },
  { device: "desktop", lang: "en" },
] as const)("on a $device in $lang", ({ device, lang }) => {
  let viewer: Viewer;

  beforeAll(async () => {
    const options = { reducedMotion: "reduce" as const };
    viewer = await cast.viewer({ name: `the one on a ${device}`, device, lang, options });
  });

  it("begins where a link asks, with what was said and shown by then", async () => {
    const { page, words } = viewer;
    await page.goto(`${address()}?t=250`);
    await seen(page.locator(".featured-card").getByRole("heading", { name: SHIRT }));
    await isAt(viewer, 250);
    if (!viewer.person.isPhone)
      await page.getByRole("tab", { name: words.chat, exact: true }).click();
    await seen(page.getByText("Love the linen. Does it shrink?"));
    await gone(page.getByText("Fico e timo, il mio profumo preferito"));
    await isOpenToAll(page);
  });

  it("begins where a product was shown that the address names", async () => {
    await viewer.page.goto("about:blank");
    await viewer.page.goto(`${address()}#cintura-cuoio-orlo`);
    await seen(viewer.page.locator(".featured-card").getByRole("heading", { name: BELT }));
    await isAt(viewer, 345);
  });

  it("jumps to the moment of a product, and back by keyboard", async () => {
    const { page, words } = viewer;
    if (viewer.person.isPhone) {
      await page.getByRole("button", { name: new RegExp(`^${words.replay.moments}`) }).click();
      await isOpenToAll(page);
    }
    await page.getByRole("button", { name: words.replay.jumpTo("10:05", CANDLE) }).click();
    await seen(page.locator(".featured-card").getByRole("heading", { name: CANDLE }));
    await isAt(viewer, 605);
    await tabTo(page, slider(viewer));
    await page.keyboard.press("Home");
    await holds(async () =>
      expect(await slider(viewer).getAttribute("aria-valuetext")).toMatch(/^0:\d\d /),
    );
    await gone(page.locator(".featured-card"));
    await page.getByRole("button", { name: words.replay.next }).click();
    await seen(page.locator(".featured-card"));
    await isAt(viewer, 45);
    await page.getByRole("button", { name: words.replay.pause }).click();
    await seen(page.getByRole("button", { name: words.replay.play }));
    expect(await page.locator("video").evaluate((video: HTMLVideoElement) => video.paused)).toBe(
      true,
    );
  });

  it("sells at the price of today", async () => {
    const { page } = viewer;
    await page.goto(`${address()}?t=610`);
    const card = page.locator(".featured-card");
    await seen(card.getByRole("heading", { name: CANDLE }));
    await card
      .getByRole("button", { name: new RegExp(escaped(CANDLE)) })
      .first()
      .click();
    await seen(viewer.dialog.locator(".product-name").filter({ hasText: CANDLE }));
    await viewer.buyButton.click();
    await viewer.isHolding();
    const pay = await viewer.payBeside();
    await pay.payAs("Rosa Neri", "rosa@example.com");
    await viewer.readsConfirmation();
  });
});

it("is withdrawn and published in the studio, and viewers see it at once", async () => {
  const host = await cast.host({ name: "the host", device: "desktop", lang: "en" });
  const viewer = await cast.viewer({ name: "one who waits", device: "phone", lang: "en" });
  await viewer.page.goto(address());
  await seen(slider(viewer));
  await host.signIn(cast.server.studioUrl);
  const { show } = await (
    await fetch(`${cast.server.baseUrl}/api/v1/shows/cappotti-e-lino`)
  ).json();
  await host.page.goto(`${cast.server.baseUrl}/studio/shows/${show.id}/edit`);
  await seen(host.page.getByText(studioReplayEn.isPublic));
  await isOpenToAll(host.page);
  await host.button(studioReplayEn.withdraw).click();
  await seen(viewer.page.getByText(viewer.words.endedTitle));
  const offset = host.page.getByLabel(studioReplayEn.offset);
  await offset.fill("soon");
  await host.button(studioReplayEn.publish).click();
  await seen(host.page.getByText(studioReplayEn.offsetNaN));
  await offset.fill("-10");
  await host.button(studioReplayEn.publish).click();
  await seen(host.page.getByText(studioReplayEn.isPublic));
  await seen(slider(viewer));
  const replay = await (
    await fetch(`${cast.server.baseUrl}/api/v1/shows/cappotti-e-lino/replay`)
  ).json();
  expect(Date.parse(show.started_at) - Date.parse(replay.starts_at)).toBe(10_000);
});
