/** Shows inside a shop's own site: three layouts, two carts, and who may not. */
import type { FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedEn } from "../../web/src/i18n/embed.en";
import { embedIt } from "../../web/src/i18n/embed.it";
import { embeddingIt } from "../../web/src/i18n/embedding.it";
import { orderEn } from "../../web/src/i18n/order.en";
import { orderIt } from "../../web/src/i18n/order.it";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { startDemo } from "./support/server";
import { answerWith, call, type Shop, shiftOf, startShop, tells, toldOf } from "./support/shop";
import { escaped, PayPage, type Viewer } from "./support/viewer";
import { gone, hasFocus, holds, reads, seen } from "./support/wait";

const SHOW = "Novità d'autunno in diretta";
/** The demo has a few of each, in one variant. */
const HAT = "Cappello di feltro Brina";
const PLAID = "Plaid di lana Montagna";
const VASE = "Vaso in ceramica Duna";
/** A crowded machine draws and checks every state of a story slowly. */
const STORY = { timeout: 300_000 };

const WORDS = { it: embedIt, en: embedEn };
const ORDER = { it: orderIt, en: orderEn };

const cast = useCast(() => startDemo());
let host: Host;
let shop: Shop;
let stranger: Shop;
let slug = "";

beforeAll(async () => {
  shop = await startShop(cast.server.baseUrl);
  stranger = await startShop(cast.server.baseUrl);
  slug = new URL(cast.server.viewerUrl).pathname.split("/").at(-1) ?? "";
  host = await cast.host({ name: "the host", device: "desktop", lang: "it" });
  await host.signIn(cast.server.studioUrl);
});

afterAll(async () => {
  await shop?.stop();
  await stranger?.stop();
});

async function isOpenToAll(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await findBarriers(page), `${page.url()} in ${colorScheme}`).toEqual([]);
    for (const frame of page.frames().filter((one) => one.url().includes("/embed/show/"))) {
      expect.soft(await findBarriers(frame), `${frame.url()} in ${colorScheme}`).toEqual([]);
    }
  }
}

function frameOf(page: Page): FrameLocator {
  return page.frameLocator("vetrina-show iframe");
}

/** Somebody on the shop's own site. */
async function visitor(
  name: string,
  device: "phone" | "desktop",
  lang: "it" | "en",
  elements: Record<string, string>[],
  site = shop,
): Promise<Viewer> {
  const viewer = await cast.viewer({ name, device, lang });
  viewer.person.expects(/^third party: http:\/\/localhost:\d+\//);
  await viewer.page.goto(site.page(lang, elements));
  return viewer;
}

/** The show is on and its socket is up. */
async function isOn(page: Page): Promise<void> {
  await tells(page, "state", ({ status }) => status === "live");
  await reads(frameOf(page).locator(".viewers"), /^[1-9]/);
}

it("lets the host list the site and copy the code", async () => {
  const { page } = host;
  const words = embeddingIt;
  await host.go("settings");
  await page.getByRole("link", { name: words.open }).click();
  await seen(page.getByText(words.noSites));
  const sites = page.getByLabel(words.sitesLabel);
  host.person.expects(/status of 422 .*\/shop\/embed/);
  await sites.fill(`${shop.origin}\nhttps://*.example.com`);
  await host.button(host.words.common.save).click();
  await seen(page.getByText(words.refused("https://*.example.com")));
  await seen(page.getByText(host.words.fields.not_an_origin));
  expect(await hasFocus(sites)).toBe(true);
  await isOpenToAll(page);
  await sites.fill(`${shop.origin}/`);
  await host.button(host.words.common.save).click();
  await gone(page.getByText(words.noSites));
  expect(await sites.inputValue()).toBe(shop.origin);
  await page.getByLabel(words.show, { exact: true }).selectOption({ label: SHOW });
  await page.getByLabel(words.layout).selectOption({ label: words.layouts.floating });
  const code = await page.getByLabel(words.code, { exact: true }).inputValue();
  expect(code).toContain(`<script async src="${cast.server.baseUrl}/embed.js"></script>`);
  expect(code).toContain(
    `<vetrina-show show="${slug}" layout="floating" lang="it" cart="checkout"`,
  );
  await page.goto(`${cast.server.baseUrl}/studio`);
  await host.openLive(SHOW);
});

describe.each([
  { device: "phone", lang: "it", bought: PLAID },
  { device: "desktop", lang: "en", bought: VASE },
] as const)("on a $device in $lang", STORY, ({ device, lang, bought }) => {
  it("shows the show in the page, tells what happens, and sells", async () => {
    await host.unpinAll();
    const anna = await visitor("Anna", device, lang, [{ show: slug, layout: "inline", lang }]);
    const { page, words } = anna;
    const ready = await tells(page, "ready");
    expect(ready.detail.show).toMatchObject({ slug, title: SHOW });
    await isOn(page);
    expect(await shiftOf(page)).toBe(0);
    const frame = frameOf(page);
    await host.pin(bought);
    await tells(page, "product-featured", ({ product }) => titleOf(product) === bought);
    const card = frame.getByRole("article");
    await seen(card.getByRole("heading", { name: bought }));
    await isOpenToAll(page);

    expect(await call(page, "mute", false)).toBe(true);
    await seen(frame.getByRole("button", { name: words.mute, exact: true }));
    expect(await call(page, "mute")).toBe(true);
    await seen(frame.getByRole("button", { name: words.sound, exact: true }));

    await frame.getByRole("button", { name: words.details(bought) }).click();
    await tells(page, "product-click", ({ product }) => titleOf(product) === bought);
    const dialog = frame.getByRole("dialog");
    await dialog.locator("button.is-buy").click();
    const checkout = await tells(page, "checkout");
    // Nothing is ever paid inside a frame: a link that is one leads to a tab of its own.
    const link = dialog.locator("a.is-buy");
    await seen(link);
    expect(await frame.locator("iframe").count()).toBe(0);
    await isOpenToAll(page);
    const opening = anna.person.context.waitForEvent("page");
    await link.click();
    const pay = new PayPage(await opening, lang);
    await pay.payAs("Anna Verdi", "anna@example.com");
    await seen(pay.page.getByRole("heading", { name: ORDER[lang].states.paid.title }));
    const purchase = await tells(page, "purchase");
    expect(purchase.detail).toMatchObject({
      order: checkout.detail.order,
      isTest: true,
      lines: [{ title: bought, quantity: 1 }],
    });
    expect(JSON.stringify(purchase.detail).includes("anna@example.com")).toBe(false);
    await pay.page.close();
    await seen(dialog.getByText(words.paidTitle, { exact: true }));
    expect(await toldOf(page, "purchase")).toHaveLength(1);
    await cast.dismiss(anna.person);
  });

  it("opens over the page by keyboard, and gives the focus back", async () => {
    const ben = await visitor("Ben", device, lang, [{ show: slug, layout: "overlay", lang }]);
    const { page } = ben;
    const launcher = page.locator("vetrina-show > button, vetrina-show button").first();
    await seen(launcher);
    expect(page.frames()).toHaveLength(1);
    await isOpenToAll(page);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await isOn(page);
    expect(await shiftOf(page)).toBe(0);
    await isOpenToAll(page);
    // Escape closes what is open inside first, and the show after that.
    const frame = frameOf(page);
    const share = frame.getByRole("button", { name: ben.words.share, exact: true });
    await share.focus();
    await frame.locator(".questions-button").click();
    await seen(frame.getByRole("dialog"));
    await page.keyboard.press("Escape");
    await gone(frame.getByRole("dialog"));
    expect(await toldOf(page, "close")).toEqual([]);
    await page.keyboard.press("Escape");
    await tells(page, "close");
    await holds(() => expect(page.frames()).toHaveLength(1));
    const focused = await page.evaluate(
      () => document.activeElement?.shadowRoot?.activeElement?.tagName,
    );
    expect(focused).toBe("BUTTON");
    await call(page, "open");
    await isOn(page);
    await call(page, "close");
    await holds(async () => expect(await toldOf(page, "close")).toHaveLength(2));
    await cast.dismiss(ben.person);
  });

  it("floats small in the corner, grows, and goes", async () => {
    const carla = await visitor("Carla", device, lang, [{ show: slug, layout: "floating", lang }]);
    const { page } = carla;
    const frame = frameOf(page);
    await tells(page, "state", ({ status }) => status === "live");
    const grow = frame.getByRole("button", { name: WORDS[lang].openShow });
    await seen(grow);
    await isOpenToAll(page);
    const width = async () => (await page.locator("vetrina-show dialog").boundingBox())?.width ?? 0;
    expect(await width()).toBeLessThan(200);
    await grow.press("Enter");
    await holds(async () => expect(await width()).toBeGreaterThan(300));
    await seen(frame.locator(".actions"));
    expect(await grow.count()).toBe(0);
    const close = page.getByRole("button", { name: carla.words.common.close }).first();
    const closer = page.locator("vetrina-show dialog > button");
    await seen(close);
    await closer.click();
    await holds(async () => expect(await width()).toBeLessThan(200));
    expect(await toldOf(page, "close")).toEqual([]);
    await closer.click();
    await tells(page, "close");
    await holds(() => expect(page.frames()).toHaveLength(1));
    await cast.dismiss(carla.person);
  });

  it("fills the site's own cart, and sets nothing aside", async () => {
    await host.unpinAll();
    await host.pin(HAT);
    const elements = [{ show: slug, layout: "inline", lang, cart: "shop" }];
    const dora = await visitor("Dora", device, lang, elements);
    const { page, words } = dora;
    const frame = frameOf(page);
    await isOn(page);
    const before = await availableOf(HAT);
    const card = frame.getByRole("article");
    await card.getByRole("button", { name: new RegExp(`^${escaped(WORDS[lang].add)}`) }).click();
    const added = await tells(page, "add-to-cart");
    expect(added.detail).toMatchObject({ product: { title: HAT }, quantity: 1 });
    const { id } = added.detail.variant as { id: string };
    await seen(frame.getByText(WORDS[lang].added(HAT)));

    await card.getByRole("button", { name: words.details(HAT) }).click();
    const dialog = frame.getByRole("dialog");
    const add = dialog.locator("button.is-buy");
    await reads(add, WORDS[lang].add);
    await isOpenToAll(page);
    await add.click();
    await tells(page, "add-to-cart", ({ quantity }) => quantity === 2);
    await seen(dialog.getByText(words.inBag(2)));

    // The page says no, says why, or says nothing.
    for (const [answer, why] of [
      [false, WORDS[lang].refused],
      [{ success: false, reason: "out-of-stock" }, words.common.problems.sold_out],
      [undefined, WORDS[lang].noAnswer],
    ] as const) {
      await answerWith(page, answer);
      await add.click();
      await seen(dialog.getByRole("alert").filter({ hasText: why }));
    }
    await isOpenToAll(page);
    await answerWith(page, true);

    // Prices and stock are the site's, and so is what is in the cart.
    const price = { amount: 4_321, currency: "EUR" };
    expect(await call(page, "updateProduct", { variant: id, price, available: 5 })).toBe(true);
    await reads(dialog.locator(".product-price"), "43");
    await call(page, "updateCart", { lines: [{ variant: id, quantity: 4 }] });
    await seen(dialog.getByText(words.inBag(4)));
    await dialog.getByRole("button", { name: words.openBag }).click();
    await seen(dialog.getByText(words.bagWords.subtotal));
    await dialog.getByRole("button", { name: words.bagWords.removeLabel(HAT) }).waitFor();
    await isOpenToAll(page);
    await dialog.locator("button.is-buy").click();
    const checkout = await tells(page, "checkout");
    expect(checkout.detail.lines).toMatchObject([{ variant: { id, price }, quantity: 4 }]);
    await frame.locator(".bag-button").click();
    await dialog.getByRole("button", { name: words.bagWords.removeLabel(HAT) }).click();
    await tells(page, "add-to-cart", ({ quantity }) => quantity === 0);
    expect(await availableOf(HAT)).toBe(before);
    expect(await toldOf(page, "purchase")).toEqual([]);
    await cast.dismiss(dora.person);
  });
});

it("works twice on one page, each for itself", async () => {
  const other = "regali-sotto-i-cinquanta";
  const eva = await visitor("Eva", "desktop", "it", [{ show: slug }, { show: other }]);
  await holds(async () => {
    const ready = (await toldOf(eva.page, "ready")).map(({ from, detail }) => [from, detail.show]);
    expect(ready).toHaveLength(2);
    for (const [from, show] of ready) expect(show).toMatchObject({ slug: from });
  });
  await eva.page
    .locator("vetrina-show")
    .first()
    .evaluate((show) => show.remove());
  await holds(() => expect(eva.page.frames()).toHaveLength(2));
  expect(await toldOf(eva.page, "close")).toEqual([]);
  await cast.dismiss(eva.person);
});

it("is refused by the browser on a site that is not on the list", async () => {
  const viewer = await cast.viewer({ name: "Franco", device: "desktop", lang: "it" });
  viewer.person.expects(/^third party: http:\/\/localhost:\d+\//);
  viewer.person.expects(/frame-ancestors/);
  viewer.person.expects(/^failed: net::ERR_BLOCKED_BY_RESPONSE/);
  const refused = viewer.page.waitForEvent("console", {
    predicate: (message) => message.text().includes("frame-ancestors"),
  });
  await viewer.page.goto(stranger.page("it", [{ show: slug }]));
  await refused;
  expect(await toldOf(viewer.page, "ready")).toEqual([]);
  expect(await call(viewer.page, "mute")).toBe(false);
  await cast.dismiss(viewer.person);
});

it("opened by itself, leads to the show's own page", async () => {
  const viewer = await cast.viewer({ name: "Gina", device: "phone", lang: "it" });
  await viewer.page.goto(`${cast.server.baseUrl}/embed/show/${slug}`);
  await viewer.page.waitForURL(`${cast.server.baseUrl}/show/${slug}`);
  await viewer.isIn();
  await cast.dismiss(viewer.person);
});

function titleOf(product: unknown): unknown {
  return typeof product === "object" && product !== null && "title" in product
    ? product.title
    : undefined;
}

type Shown = { show: { lineup: { title: string; variants: { available: number }[] }[] } };

/** How many of it the server would sell now. */
async function availableOf(title: string): Promise<number> {
  const answer = await fetch(`${cast.server.baseUrl}/api/v1/shows/${slug}`);
  const { show }: Shown = await answer.json();
  const product = show.lineup.find((other) => other.title === title);
  return product?.variants.reduce((sum, { available }) => sum + available, 0) ?? Number.NaN;
}
