/** A sale as it stands in the figures: chart, funnel and sound, by eye, by keyboard and in words. */
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { ShowFigures, ShowPage } from "../../web/src/lib/types";
import { type Ask, apiOf } from "./support/api";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { startDemo } from "./support/server";
import type { Viewer } from "./support/viewer";
import { gone, holds, reads, seen, tabTo } from "./support/wait";

const SHOW = "Novità d'autunno in diretta";
const OVER = "cappotti-e-lino";
const BAG = "Borsa a secchiello Corteccia";
const PLAID = "Plaid di lana Montagna";

const cast = useCast(() => startDemo());
const ask: Ask = apiOf(() => cast.server);
let host: Host;
let anna: Viewer;

/** Counts the notes that a page plays. */
function listen(): void {
  const page = globalThis as unknown as { notes: number };
  page.notes = 0;
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function counted(this: OscillatorNode, at?: number) {
    page.notes += 1;
    start.call(this, at);
  };
}

function notesOf(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as { notes: number }).notes);
}

async function isOpenToAll(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await findBarriers(page), `${page.url()} in ${colorScheme}`).toEqual([]);
  }
}

const chart = (one: Host): Locator =>
  one.page.getByRole("slider", { name: one.words.figures.cursor }).first();
const told = async (one: Host) => (await chart(one).getAttribute("aria-valuetext")) ?? "";

/** A step of a product in the strip's funnel, counted from 0. */
const step = (one: Host, title: string, at: number): Locator =>
  one.sales
    .locator(".sales__funnel")
    .getByRole("row")
    .filter({ hasText: title })
    .getByRole("cell")
    .nth(at);

function figures(id: string): Promise<ShowFigures> {
  return ask(`/shows/${id}/figures`, "GET");
}

beforeAll(async () => {
  host = await cast.host({ name: "the host", device: "desktop", lang: "it" });
  await host.page.addInitScript(listen);
  await host.signIn(cast.server.studioUrl);
  await host.openLive(SHOW);
  anna = await cast.viewer({ name: "Anna", device: "phone", lang: "it" });
  await anna.watch(cast.server.viewerUrl);
});

describe("the figures of a show on air", () => {
  it("have a flag for each pin, which says what it is", async () => {
    const flags = host.sales.locator(".chart__flag");
    await seen(flags);
    const before = await flags.count();
    await host.pin(BAG);
    await host.pin(PLAID);
    await holds(async () => expect(await flags.count()).toBe(before + 2));
    await tabTo(host.page, chart(host));
    await host.page.keyboard.press("PageUp");
    expect(await told(host)).toContain(host.words.figures.pinned(PLAID));
    await seen(host.sales.locator(".chart__caption output"));
    await host.page.keyboard.press("PageUp");
    expect(await told(host)).toContain(host.words.figures.pinned(BAG));
    await seen(host.sales.locator(".chart__flag--on"));
    await host.page.keyboard.press("Escape");
    await gone(host.sales.locator(".chart__caption output"));
    // The same with a mouse; the flag moves to the left while the show goes on.
    await holds(async () => {
      const box = await flags.last().boundingBox();
      if (!box) throw new Error("the chart is not drawn");
      await host.page.mouse.move(box.x, box.y + box.height / 2);
      const said = await host.sales.locator(".chart__caption").textContent();
      expect(said).toContain(host.words.figures.pinned(PLAID));
    });
    await host.page.mouse.move(0, 0);
    await gone(host.sales.locator(".chart__caption output"));
  });

  it("count who watches, who opens, who begins to buy and who pays", async () => {
    await anna.openProduct(PLAID);
    await anna.closeDialog();
    await reads(step(host, PLAID, 0), /^1/);
    await anna.openProduct(BAG);
    await anna.buyButton.click();
    await anna.isHolding();
    await reads(step(host, BAG, 1), /^1/);
    await (await anna.payBeside()).payAs("Anna Neri", "anna@example.com");
    await anna.readsConfirmation();
    await anna.closeDialog();
    await reads(step(host, BAG, 2), /^1/);
    await seen(host.sales.locator(".chart__bar"));
    const now = await figures(cast.server.showId);
    expect(now.totals).toMatchObject({ viewers: 1, orders: 1, direct_orders: 1 });
    expect(now.viewers.peak).toBe(1);
    const bag = now.products.find(({ title }) => title === BAG);
    expect(bag).toMatchObject({ was_shown: true, opened: 1, checkouts: 1, paid: 1 });
  });

  it("ring at a sale until they are muted, and remember that", async () => {
    await holds(async () => expect(await notesOf(host.page)).toBeGreaterThan(0));
    const sound = host.button(host.words.figures.sound);
    expect(await sound.getAttribute("aria-pressed")).toBe("true");
    await sound.press("Enter");
    await seen(host.page.locator('button[aria-pressed="false"]').and(sound));
    await host.page.reload();
    await seen(host.page.locator('button[aria-pressed="false"]').and(sound));
    expect(await notesOf(host.page)).toBe(0);
    await sound.click();
    await holds(async () => expect(await notesOf(host.page)).toBeGreaterThan(0));
  });

  it("fit the desk without scrolling", async () => {
    await seen(chart(host));
    const over = await host.page.evaluate(() => {
      const page = document.scrollingElement ?? document.documentElement;
      const pane = document.querySelector(".pane--sales");
      const plot = document.querySelector(".chart__plot svg");
      return {
        page: page.scrollHeight - page.clientHeight,
        pane: (pane?.scrollHeight ?? 0) - (pane?.clientHeight ?? 0),
        plot: plot?.getBoundingClientRect().height ?? 0,
      };
    });
    expect(over.page).toBeLessThanOrEqual(0);
    expect(over.pane).toBeLessThanOrEqual(0);
    expect(over.plot).toBeGreaterThanOrEqual(60);
  });

  it("are told in full, and as a table", async () => {
    await host.button(host.words.figures.all).press("Enter");
    const dialog = host.page.getByRole("dialog");
    await seen(dialog.getByText(host.words.figures.rule));
    await dialog.getByText(host.words.figures.asTable).click();
    await reads(dialog.locator(".chart-table tbody"), BAG);
    await isOpenToAll(host.page);
    await host.page.keyboard.press("Escape");
    await gone(dialog);
    await isOpenToAll(host.page);
  });

  it("are on a phone in the pane of sales", async () => {
    const { cookies } = await host.person.context.storageState();
    const phone = await cast.host({
      name: "a phone",
      device: "phone",
      lang: "en",
      options: { storageState: { cookies, origins: [] }, reducedMotion: "reduce" },
    });
    await phone.page.goto(`${cast.server.baseUrl}/studio`);
    await phone.openLive(SHOW);
    const panes = phone.page.getByRole("navigation", { name: phone.words.live.panes });
    await panes.getByRole("button", { name: phone.words.live.paneSales }).click();
    await seen(panes.locator('[aria-current="true"]', { hasText: phone.words.live.paneSales }));
    await seen(phone.sales.locator(".chart__plot"));
    await chart(phone).tap();
    await seen(phone.sales.locator(".chart__caption output"));
    await reads(step(phone, BAG, 2), /^1/);
    await phone.sales.locator(".chart-table summary").tap();
    await reads(phone.sales.locator(".chart-table tbody"), BAG);
    const width = await phone.sales.evaluate((pane) => pane.scrollWidth - pane.clientWidth);
    expect(width).toBeLessThanOrEqual(0);
    await isOpenToAll(phone.page);
    await cast.dismiss(phone.person);
  });
});

describe("the figures of a show that is over", () => {
  it("stay, with what is under the median", async () => {
    const { show } = await ask<ShowPage>(`/shows/${OVER}`, "GET");
    await host.page.goto(`${cast.server.baseUrl}/studio/shows/${show.id}/edit`);
    const panel = host.page.getByRole("region", { name: host.words.figures.title, exact: true });
    await seen(chart(host));
    await reads(panel, "84");
    const below = panel.locator(".funnel__below");
    await reads(below, host.words.figures.below);
    expect(await below.count()).toBe(2);
    const now = await figures(show.id);
    expect(typeof now.ends_at).toBe("string");
    expect(now.viewers.counts.filter((count) => count !== null).length).toBeGreaterThan(50);
    expect(await panel.locator(".chart__flag").count()).toBe(now.pins.length);
    await isOpenToAll(host.page);
  });
});
