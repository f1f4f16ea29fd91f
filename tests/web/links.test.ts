/** A link from the studio to a sale on a telephone; the overlay in step with the pins. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { arrivalEn } from "../../web/src/i18n/arrival.en";
import { arrivalIt } from "../../web/src/i18n/arrival.it";
import { linksEn } from "../../web/src/i18n/links.en";
import { linksIt } from "../../web/src/i18n/links.it";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { readQr } from "./support/qr";
import { startDemo } from "./support/server";
import { hasFocus, holds, reads, seen, tabTo } from "./support/wait";

const SHOW = "Novità d'autunno in diretta";
const SCARF = "Foulard di seta Ginestra";
const BAG = "Borsa a secchiello Corteccia";
const HAT = "Cappello di feltro Brina";

const WORDS = { it: linksIt, en: linksEn };
const ARRIVAL = { it: arrivalIt, en: arrivalEn };

const cast = useCast(() => startDemo());

async function isOpenToAll(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await findBarriers(page), `${page.url()} in ${colorScheme}`).toEqual([]);
  }
}

/** Makes a link to a product of the live show, and answers its address. */
async function makeLink(
  host: Host,
  product: string,
  source: "instagram" | "print",
): Promise<string> {
  const words = WORDS[host.person.outfit.lang];
  await host.page.goto(`${cast.server.baseUrl}/studio/links`);
  await host.button(words.make).first().click();
  const dialog = host.page.getByRole("dialog");
  await dialog.getByLabel(words.form.show).selectOption({ label: SHOW });
  await holds(async () => {
    await dialog.getByLabel(words.form.product).selectOption({ label: product }, { timeout: 500 });
  });
  await dialog.getByLabel(words.form.source).selectOption(source);
  await isOpenToAll(host.page);
  await dialog.getByRole("button", { name: words.form.create }).click();
  await seen(dialog.getByAltText(/\/l\/[a-z0-9]{7}$/));
  const url = await dialog.getByLabel(words.detail.address).inputValue();
  expect(await readQr(dialog.locator("img"))).toBe(url);
  await isOpenToAll(host.page);
  return url;
}

/** The figures of the newest link, as they stand in the table. */
async function figures(host: Host): Promise<Record<"clicks" | "reservations" | "orders", number>> {
  const words = WORDS[host.person.outfit.lang];
  await host.page.goto(`${cast.server.baseUrl}/studio/links`);
  const row = host.page.getByRole("table").locator("tbody tr").first();
  await seen(row);
  const of = async (label: string) =>
    Number(await row.locator(`td[data-label="${label}"]`).textContent());
  return {
    clicks: await of(words.clicks),
    reservations: await of(words.reservations),
    orders: await of(words.orders),
  };
}

let owner: Host;

beforeAll(async () => {
  owner = await cast.host({ name: "the owner", device: "desktop", lang: "it" });
  await owner.signIn(cast.server.studioUrl);
});

describe.each([
  { lang: "it", device: "desktop", product: SCARF },
  { lang: "en", device: "phone", product: BAG },
] as const)("a link made in $lang on a $device", ({ lang, device, product }) => {
  let host: Host;
  let url: string;

  beforeAll(async () => {
    const { cookies } = await owner.person.context.storageState({ indexedDB: false });
    const options = { storageState: { cookies, origins: [] } };
    host = await cast.host({ name: `the host on a ${device}`, device, lang, options });
  });

  it("is made in the studio, with its QR code", async () => {
    await host.page.goto(`${cast.server.baseUrl}/studio/links`);
    await seen(host.heading(WORDS[lang].title));
    await isOpenToAll(host.page);
    url = await makeLink(host, product, "instagram");
  });

  it("is opened on a telephone, bought through, and its figures rise", async () => {
    const viewer = await cast.viewer({ name: `Anna ${lang}`, device: "phone", lang });
    const { page } = viewer;
    const opened = viewer.dialog.locator(".product-name").filter({ hasText: product });
    await page.goto(`${url}?buy`);
    await seen(opened);
    await holds(async () => expect(await hasFocus(viewer.buyButton)).toBe(true));
    expect(await viewer.person.context.cookies()).toEqual([]);
    // A reload in between, and an address without the link, keep it.
    await page.reload();
    await seen(opened);
    await page.goto(cast.server.viewerUrl);
    await viewer.isIn();
    await viewer.openProduct(product);
    await viewer.buyButton.click();
    await viewer.isHolding();
    const pay = await viewer.payBeside();
    await pay.payAs("Anna Riva", "anna@example.com");
    await viewer.readsConfirmation();
    await holds(async () => {
      expect(await figures(host)).toEqual({ clicks: 1, reservations: 1, orders: 1 });
    });
    await cast.dismiss(viewer.person);
  });

  it("says so once it was withdrawn, and leads to the product all the same", async () => {
    const words = WORDS[lang];
    await host.page.goto(`${cast.server.baseUrl}/studio/links`);
    const row = host.page.getByRole("table").locator("tbody tr").first();
    await tabTo(host.page, row.locator(".link-cell"));
    await host.page.keyboard.press("Enter");
    await host.button(words.detail.withdraw).click();
    await seen(host.page.getByText(words.withdrawText));
    await host.button(words.detail.withdraw).click();
    await seen(host.page.getByText(words.detail.withdrawn));
    const viewer = await cast.viewer({ name: `Late ${lang}`, device: "phone", lang });
    await viewer.page.goto(url);
    await seen(viewer.dialog.getByText(ARRIVAL[lang].why.link_withdrawn));
    await isOpenToAll(viewer.page);
    await viewer.dialog.getByRole("button", { name: ARRIVAL[lang].toProduct }).click();
    await seen(viewer.dialog.locator(".product-name").filter({ hasText: product }));
    await viewer.page.goto(`${cast.server.baseUrl}/l/2222222`);
    await seen(viewer.page.getByText(ARRIVAL[lang].why.link_unknown));
    await isOpenToAll(viewer.page);
    await cast.dismiss(viewer.person);
    await cast.dismiss(host.person);
  });
});

describe("an overlay", () => {
  let address: string;

  it("is made in the studio, and its address is shown once", async () => {
    const words = linksIt.overlays;
    await owner.page.goto(`${cast.server.baseUrl}/studio/links`);
    await owner.button(words.make).click();
    const dialog = owner.page.getByRole("dialog");
    await dialog.getByLabel(words.name).fill("OBS in negozio");
    await dialog.getByLabel(words.source).selectOption("youtube");
    await dialog.getByRole("button", { name: words.create }).click();
    address = await dialog.getByLabel(words.address).inputValue();
    expect(address).toContain("/overlay/current#key=vo_");
    await isOpenToAll(owner.page);
    await owner.page.keyboard.press("Escape");
    await seen(owner.page.getByText("OBS in negozio"));
    expect((await owner.page.content()).includes("vo_")).toBe(false);
  });

  it.each([
    { name: "landscape", width: 1920, height: 1080, query: "" },
    { name: "portrait", width: 1080, height: 1920, query: "?position=bottom&theme=dark&y=480" },
  ])("follows the pins in $name", async ({ name, width, height, query }) => {
    const viewport = { width, height };
    const options = { viewport, deviceScaleFactor: 1 };
    const obs = await cast.viewer({ name: `OBS ${name}`, device: "desktop", lang: "it", options });
    const { page } = obs;
    const asked: string[] = [];
    page.on("request", (request) => asked.push(`${request.url()} ${request.headers().referer}`));
    await page.goto(address.replace("#", `${query}#`));
    await owner.page.goto(`${cast.server.baseUrl}/studio`);
    await owner.openLive(SHOW);
    await owner.unpinAll();
    const card = page.getByRole("article");
    for (const product of [SCARF, HAT]) {
      await owner.pin(product);
      await seen(card.getByRole("heading", { name: product }));
      await reads(card.locator(".card-price"), /€/);
      const code = card.locator(".card-qr:not(.is-pending) img");
      await seen(code);
      const printed = await card.locator(".card-code").textContent();
      const read = await readQr(code);
      expect(read).toBe(`http://${printed}`);
      // Where it leads is the product on screen.
      const answer = await fetch(read, { redirect: "manual" });
      expect(answer.headers.get("location")).toContain(await handleOf(product));
      const box = await code.boundingBox();
      expect(box?.width).toBeGreaterThanOrEqual(240);
      const place = await card.boundingBox();
      expect((place?.x ?? -1) >= 0 && (place?.x ?? 0) + (place?.width ?? 0) <= width).toBe(true);
      expect((place?.y ?? -1) >= 0 && (place?.y ?? 0) + (place?.height ?? 0) <= height).toBe(true);
    }
    await seen(card.getByText("Prova: nessun denaro vero"));
    expect.soft(await findBarriers(page)).toEqual([]);
    const paper = await page.evaluate(() => [
      getComputedStyle(document.documentElement).backgroundColor,
      getComputedStyle(document.body).backgroundColor,
    ]);
    expect(paper).toEqual(["rgba(0, 0, 0, 0)", "rgba(0, 0, 0, 0)"]);
    // The key is in no address and in no referrer.
    expect(asked.filter((line) => line.replace(/#.*? /, " ").includes("vo_"))).toEqual([]);
    // Without the network the picture stays, and what was pinned meanwhile comes by itself.
    obs.person.expects(/ERR_INTERNET_DISCONNECTED/);
    await obs.person.context.setOffline(true);
    await owner.pin(BAG);
    await seen(card.getByRole("heading", { name: HAT }));
    await obs.person.context.setOffline(false);
    await seen(card.getByRole("heading", { name: BAG }));
    await owner.unpinAll();
    await holds(async () => expect(await card.count()).toBe(0));
    await cast.dismiss(obs.person);
  });

  it("goes dark when its key is revoked", async () => {
    const words = linksIt.overlays;
    const obs = await cast.viewer({ name: "OBS", device: "desktop", lang: "it" });
    obs.person.expects(/status of 401/);
    await obs.page.goto(address.replace("#", "?guide=1#"));
    await seen(obs.page.getByText("Tutto pronto."));
    await owner.page.goto(`${cast.server.baseUrl}/studio/links`);
    await owner.button(words.revokeOf("OBS in negozio")).click();
    await owner.button(words.revoke).click();
    await seen(owner.page.getByText(words.none));
    await seen(obs.page.getByText("Questa chiave è stata revocata"));
    await cast.dismiss(obs.person);
  });
});

/** The name of a product in its address. */
async function handleOf(title: string): Promise<string> {
  const answer = await fetch(`${cast.server.baseUrl}/api/v1/shows/${cast.server.showId}`);
  const { show }: { show: { lineup: { title: string; handle: string }[] } } = await answer.json();
  return show.lineup.find((product) => product.title === title)?.handle ?? "nothing";
}
