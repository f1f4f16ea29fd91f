/** What is on screen in step with the picture: never before it, and at once where there is none. */
import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { syncEn } from "../../web/src/i18n/sync.en";
import { syncIt } from "../../web/src/i18n/sync.it";
import { PATIENCE_MS as SHOWN_WITHIN_MS } from "../../web/src/lib/step";
import type { ShowPatch, ShowView } from "../../web/src/lib/types";
import { apiOf, productOf } from "./support/api";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { startDemo } from "./support/server";
import type { Viewer } from "./support/viewer";
import { gone, holds, reads, seen, tabTo } from "./support/wait";

const SHOW = "Novità d'autunno in diretta";
const SCARF = "Foulard di seta Ginestra";
const HAT = "Cappello di feltro Brina";
const BAG = "Borsa a secchiello Corteccia";
const SYNC = { it: syncIt, en: syncEn };
const LOOKS = [
  { device: "phone", lang: "it" },
  { device: "desktop", lang: "en" },
] as const;

const cast = useCast(() => startDemo());
let host: Host;

const ask = apiOf(() => cast.server);
const readShow = async () =>
  (await ask<{ show: ShowView }>(`/shows/${cast.server.showId}`, "GET")).show;
const productCalled = (title: string) => productOf(ask, cast.server.showId, title);
const change = (patch: ShowPatch) => ask(`/shows/${cast.server.showId}`, "PATCH", patch);

async function pin(title: string): Promise<void> {
  const { id } = await productCalled(title);
  await ask(`/shows/${cast.server.showId}/featured-products/${id}`, "PUT");
}

async function unpinAll(): Promise<void> {
  for (const id of (await readShow()).featured) {
    await ask(`/shows/${cast.server.showId}/featured-products/${id}`, "DELETE");
  }
}

/** Holds back the picture from now on, as a poor network does; what is loaded plays to its end. */
async function holdPicture(page: Page): Promise<{ close(): void; open(): void }> {
  let opened: Promise<void> | null = null;
  let open: () => void = () => undefined;
  await page.route(/\/demo\/(live\.m3u8|seg)/, async (route) => {
    await opened;
    // Whoever left the page meanwhile needs it no more.
    await route.continue().catch(() => undefined);
  });
  return {
    close() {
      opened = new Promise((done) => {
        open = done;
      });
    },
    open() {
      opened = null;
      open();
    },
  };
}

/** Notes in the page when the server told of each pin and when it was on screen, in milliseconds. */
async function notePins(page: Page): Promise<(title: string) => Promise<number>> {
  await page.addInitScript(() => {
    const notes = { told: [] as number[], shown: {} as Record<string, number> };
    Object.assign(window, { pinNotes: notes });
    const add = WebSocket.prototype.addEventListener;
    const Plain = WebSocket;
    window.WebSocket = class extends Plain {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        add.call(this, "message", (event) => {
          if (String((event as MessageEvent).data).includes('"product.featured"')) {
            notes.told.push(performance.now());
          }
        });
      }
    };
    new MutationObserver(() => {
      const title = document.querySelector(".featured-card h2")?.textContent;
      if (title && !(title in notes.shown)) notes.shown[title] = performance.now();
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });
  return (title) =>
    page.evaluate((wanted) => {
      const { pinNotes: notes } = window as unknown as {
        pinNotes: { told: number[]; shown: Record<string, number> };
      };
      return (notes.shown[wanted] ?? Number.NaN) - (notes.told.at(-1) ?? Number.NaN);
    }, title);
}

const place = (page: Page) =>
  page.locator("video").evaluate((video: HTMLVideoElement) => video.currentTime);

const plays = ({ page }: Viewer) =>
  holds(async () => {
    expect(await place(page)).toBeGreaterThan(0);
    expect(await page.locator(".video-wait").count()).toBe(0);
  });

beforeAll(async () => {
  host = await cast.host({ name: "the host", device: "desktop", lang: "it" });
  await host.signIn(cast.server.studioUrl);
  await host.openLive(SHOW);
});

afterEach(async () => {
  await unpinAll();
});

describe.each(LOOKS)("on a $device in $lang", ({ device, lang }) => {
  it("a pin waits for the picture; stock, chat and what the host sees do not", async () => {
    const viewer = await cast.viewer({ name: `Anna on a ${device}`, device, lang });
    const { page } = viewer;
    const gate = await holdPicture(page);
    await unpinAll();
    await pin(SCARF);
    await viewer.watch(cast.server.viewerUrl);
    await viewer.seesOnScreen(SCARF);
    await plays(viewer);
    gate.close();
    await seen(page.locator(".video-wait"));
    const stoodAt = await place(page);

    await host.pin(HAT);
    await host.say(`Ecco il cappello, ${device}`);
    await viewer.sees(`Ecco il cappello, ${device}`);
    // Behind the pin in the log, and shown all the same.
    const left = device === "phone" ? 1 : 2;
    const scarf = await productCalled(SCARF);
    for (const [nth, { id }] of scarf.variants.entries()) {
      await ask(`/variants/${id}/stock`, "PUT", { stock: nth === 0 ? left : 1 });
    }
    await reads(viewer.card, viewer.words.common.unitsLeft(left + scarf.variants.length - 1));
    expect(await viewer.card.getByRole("heading", { name: HAT }).count()).toBe(0);
    expect(await place(page)).toBeCloseTo(stoodAt, 1);

    gate.open();
    await viewer.seesOnScreen(HAT);
    expect(await place(page)).toBeGreaterThan(stoodAt + 0.5);
    await cast.dismiss(viewer.person);
  });

  it("far behind, one tap leads to the live picture and to what is on screen", async () => {
    const viewer = await cast.viewer({ name: `Ben on a ${device}`, device, lang });
    const { page } = viewer;
    const gate = await holdPicture(page);
    await unpinAll();
    await pin(SCARF);
    await viewer.watch(cast.server.viewerUrl);
    await plays(viewer);
    await seen(page.locator(".latency"));
    gate.close();
    const jump = page.locator("button.latency.is-behind");
    await seen(jump);
    await pin(BAG);
    await host.say(`Ecco la borsa, ${device}`);
    await viewer.sees(`Ecco la borsa, ${device}`);
    expect(await viewer.card.getByRole("heading", { name: BAG }).count()).toBe(0);
    await tabTo(page, jump);
    await page.keyboard.press("Enter");
    // The picture itself is still held back.
    await viewer.seesOnScreen(BAG);
    gate.open();
    await plays(viewer);
    await cast.dismiss(viewer.person);
  });
});

it("where the player cannot be loaded, nothing waits for a picture", async () => {
  const viewer = await cast.viewer({ name: "Carla", device: "phone", lang: "it" });
  const { page, words } = viewer;
  await page.route(/\/assets\/hls-/, (route) => route.abort());
  viewer.person.expects(/ERR_FAILED|assets\/hls-/);
  const waited = await notePins(page);
  await unpinAll();
  await viewer.watch(cast.server.viewerUrl);
  await seen(page.getByText(words.cannotPlayTitle));
  await pin(HAT);
  await viewer.seesOnScreen(HAT);
  expect(await waited(HAT)).toBeLessThan(SHOWN_WITHIN_MS);
  await cast.dismiss(viewer.person);
});

it("beside a picture that tells nothing, a pin is as late as the shop says", async () => {
  const viewer = await cast.viewer({ name: "Dario", device: "desktop", lang: "en" });
  const { page } = viewer;
  const waited = await notePins(page);
  await unpinAll();
  await change({ video: { kind: "none" }, sync_offset_ms: -4000 });
  await viewer.watch(cast.server.viewerUrl);
  // The sheets bring what makes pins wait.
  await viewer.openProducts();
  await pin(HAT);
  await viewer.seesOnScreen(HAT);
  // Clocks are read in whole milliseconds, and the page knows the server's by one message.
  expect(await waited(HAT)).toBeGreaterThan(3500);
  await change({ sync_offset_ms: 0 });
  await pin(BAG);
  await viewer.seesOnScreen(BAG);
  expect(await waited(BAG)).toBeLessThan(SHOWN_WITHIN_MS);
  await change({ video: { kind: "demo" } });
  await cast.dismiss(viewer.person);
});

describe.each(LOOKS)("in the studio, on a $device in $lang", ({ device, lang }) => {
  it("the delay is set by keyboard, and forgotten with its source", async () => {
    const { cookies } = await host.person.context.storageState({ indexedDB: false });
    const options = { storageState: { cookies, origins: [] } };
    const member = await cast.host({ name: `a member on a ${device}`, device, lang, options });
    const { page, words } = member;
    const shows = await ask<{ items: ShowView[] }>("/shows", "GET");
    const next = shows.items.find(({ status }) => status === "scheduled");
    await page.goto(`${cast.server.baseUrl}/studio/shows/${next?.id}/edit`);
    const kind = page.getByRole("radio", { name: words.video.youtube });
    await seen(page.getByText(words.video.youtube));
    const slider = page.getByRole("slider", { name: SYNC[lang].label });
    expect(await slider.count()).toBe(0);
    await kind.check({ force: true });
    await page
      .getByRole("textbox", { name: words.showForm.url })
      .fill("https://youtu.be/dQw4w9WgXcQ");
    await seen(page.getByText(SYNC[lang].frameHint));
    await reads(page.locator(".sync-field__value"), SYNC[lang].atOnce);
    await tabTo(page, slider);
    for (let press = 0; press < 25; press += 1) await page.keyboard.press("ArrowRight");
    await reads(
      page.locator(".sync-field__value"),
      SYNC[lang].later(lang === "it" ? "12,5" : "12.5"),
    );
    const box = await slider.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect.soft(await findBarriers(page), colorScheme).toEqual([]);
    }
    const stored = async () =>
      (await ask<{ show: ShowView }>(`/shows/${next?.id}`, "GET")).show.sync_offset_ms;
    await page.getByRole("button", { name: words.common.save, exact: true }).click();
    await holds(async () => expect(await stored()).toBe(-12_500));
    await page.getByRole("radio", { name: words.video.demo }).check({ force: true });
    await gone(slider);
    await page.getByRole("button", { name: words.common.save, exact: true }).click();
    await holds(async () => expect(await stored()).toBe(0));
    await cast.dismiss(member.person);
  });
});
