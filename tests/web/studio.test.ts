/** The studio's own work: catalogue, shows, import, set-up and the doors in front of it. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { orderIt } from "../../web/src/i18n/order.it";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { REPOSITORY, startDemo, startFresh } from "./support/server";
import type { Viewer } from "./support/viewer";
import { gone, holds, reads, seen, tabTo } from "./support/wait";

const SCARF = "Foulard di seta Ginestra";
const PICTURE = join(REPOSITORY, "demo/images/candela-fico-timo-1.jpg");
const OWN_FILE = join(import.meta.dirname, "fixtures/shopify.csv");
/** A real export that is not part of the project. */
const REAL_FILE = join(REPOSITORY, "../shared/data/shopify-apparel.csv");
const PASSWORD = "tre gatti sul davanzale";

describe("in the studio of a shop", () => {
  const cast = useCast(() => startDemo());
  let host: Host;

  beforeAll(async () => {
    host = await cast.host({ name: "the owner", lang: "it", device: "desktop" });
    await host.signIn(cast.server.studioUrl);
  });

  // Each begins at the front door, whatever became of the one before.
  beforeEach(async () => {
    await host.page.goto(`${cast.server.baseUrl}/studio`);
    await seen(host.heading(host.words.shows.title));
  });

  it("makes a product with variants and a picture", async () => {
    const { product, products } = host.words;
    const { page } = host;
    await host.go("products");
    await page.getByRole("link", { name: products.create }).click();
    await page.getByLabel(product.title, { exact: true }).fill("Grembiule di lino Cesta");
    await page.getByLabel(product.description).fill("Lino lavato.\n\nUna tasca davanti.");
    await host.button(product.addOption).click();
    await page.getByPlaceholder(product.optionPlaceholder).fill("Taglia");
    await fillVariant(host, 1, { option: "S", price: "34,90", stock: "5" });
    await host.button(product.addVariant).click();
    await fillVariant(host, 2, { option: "M", price: "36", stock: "2" });
    await host.button(product.create).click();
    await seen(host.notice(product.created));
    await seen(page.getByRole("heading", { level: 1, name: "Grembiule di lino Cesta" }));

    const chooser = page.waitForEvent("filechooser");
    await host.button(product.choose).click();
    await (await chooser).setFiles(PICTURE);
    const picture = page.getByRole("img", { name: product.pictureLabel(1, 1) });
    await holds(async () => expect(await picture.evaluate(isDrawn)).toBe(true));

    await page.reload();
    await seen(picture);
    const prices = page.getByLabel(`${product.price} (EUR)`);
    expect(await prices.nth(0).inputValue()).toBe("34,90");
    expect(await prices.nth(1).inputValue()).toBe("36,00");
    await host.go("products");
    const row = page.getByRole("row").filter({ hasText: "Grembiule di lino Cesta" });
    await reads(row, products.variants(2));
    await reads(row, /34,90/);
  });

  it("takes a show from the first draft to its end", async () => {
    const { showForm, lineup, live, shows } = host.words;
    const { page } = host;
    await host.go("shows");
    await page.getByRole("link", { name: shows.create }).click();
    await host.button(showForm.saveDraft).click();
    await seen(page.getByText(host.words.fields.required));
    await page.getByLabel(showForm.title).fill("Prova di bottega");
    await host.button(showForm.saveDraft).click();
    await seen(host.notice(showForm.created));

    // The lineup is filled and ordered by keyboard alone.
    const first = "Orecchini Mezzaluna";
    const second = "Candela Fico e Timo";
    for (const title of [first, second]) {
      await tabTo(page, host.button(lineup.addLabel(title)));
      await page.keyboard.press("Enter");
      await seen(host.button(lineup.removeLabel(title)));
    }
    expect(await lineupOf(host)).toEqual([first, second]);
    await tabTo(page, host.button(lineup.downLabel(first)));
    await page.keyboard.press("Enter");
    await holds(async () => expect(await lineupOf(host)).toEqual([second, first]));
    await seen(page.getByText(lineup.movedTo(first, 2, 2)));
    await page.reload();
    await holds(async () => expect(await lineupOf(host)).toEqual([second, first]));

    await page.getByRole("link", { name: shows.prepare }).click();
    await seen(host.lineup.getByText(second));
    const address = await page
      .getByRole("link", { name: new RegExp(live.openViewer) })
      .getAttribute("href");
    if (address === null) throw new Error("the live screen does not lead to the viewer page");

    await host.button(live.goLive).click();
    await seen(host.button(live.pause));
    const viewer = await cast.viewer({ name: "a viewer", lang: "en", device: "phone" });
    await viewer.watch(address);
    await host.pin(first);
    await viewer.seesOnScreen(first);

    await host.button(live.pause).click();
    await seen(viewer.page.getByText(viewer.words.pausedTitle));
    await host.button(live.resume).click();
    await gone(viewer.page.getByText(viewer.words.pausedTitle));

    // A short press is a slip and ends nothing.
    await host.button(live.end).click();
    await seen(host.button(live.end));
    await seen(host.button(live.pause));
    await host.button(live.end).hover();
    await page.mouse.down();
    await seen(page.getByText(live.ended));
    await page.mouse.up();
    await seen(viewer.page.getByText(viewer.words.endedTitle));
    await seen(viewer.page.getByRole("button", { name: new RegExp(first) }));
    await cast.dismiss(viewer.person);
  });

  it("shows what an import would do, does it, and finds nothing left to do", async () => {
    const { imports } = host.words;
    await openImport(host);
    await chooseFile(host, OWN_FILE);
    await seen(host.page.getByText(imports.recognised(imports.shopify)));
    // Rows that cannot go in come first, with their reason.
    await seen(host.page.getByText(imports.refusedNote(1)));
    const refused = host.page.getByRole("row").filter({ hasText: "spilla-rotta" });
    await reads(refused, host.words.fields.not_a_price);
    await reads(refused, "gratis");
    await seen(host.page.getByRole("button", { name: `2 ${imports.created}` }));
    await host.button(imports.apply(2)).click();
    await seen(host.page.getByText(imports.doneText(2, 0)));
    await host.page.getByRole("link", { name: imports.toCatalogue }).click();
    const row = host.page.getByRole("row").filter({ hasText: "Sciarpa di mohair" });
    await reads(row, /39,90/);

    await openImport(host);
    await chooseFile(host, OWN_FILE);
    await seen(host.page.getByText(imports.nothing));
  });

  it("reads a real export of another shop system", async ({ skip }) => {
    if (!existsSync(REAL_FILE)) {
      const reason = `${REAL_FILE} is not here`;
      console.log(`skipped: ${reason}`);
      return skip(reason);
    }
    const { imports } = host.words;
    await openImport(host);
    await chooseFile(host, REAL_FILE);
    await seen(host.page.getByText(imports.recognised(imports.shopify)));
    await seen(host.page.getByRole("button", { name: `20 ${imports.created}` }));
    await seen(host.button(imports.apply(20)));
  });

  it("sends an order, and its buyer follows it without signing in", async () => {
    const { orders, orderStatus } = host.words;
    const { page } = host;
    const buyer = await cast.viewer({ name: "a buyer", lang: "en", device: "phone" });
    const order = await buy(buyer, cast.server.viewerUrl);
    const address = await buyer.dialog
      .getByRole("link", { name: buyer.words.orderPage })
      .getAttribute("href");
    if (address === null) throw new Error("the confirmation does not lead to the order's page");

    await host.go("orders");
    await page.getByRole("searchbox").fill("anna@example");
    await page.getByText(orders.views.to_send, { exact: true }).click();
    await page.getByRole("link", { name: order }).click();
    await seen(page.getByText(orders.doNotSend));
    await seen(page.getByText(orders.mails.order_confirmed));
    await page.getByRole("combobox", { name: orders.carrier }).selectOption("BRT");
    await page.getByLabel(new RegExp(`^${orders.trackingCode}`)).fill(" 1Z  999 ");
    await host.button(orders.markSent).click();
    await seen(host.notice(orders.sent));
    await seen(page.getByText(orderStatus.shipped, { exact: true }).first());
    await seen(page.getByText("1Z 999", { exact: true }));

    const friend = await cast.viewer({
      name: "whoever has the address",
      lang: "it",
      device: "phone",
    });
    await friend.page.goto(address);
    await seen(friend.page.getByRole("heading", { name: orderIt.states.shipped.title }));
    await seen(friend.page.getByText("1Z 999", { exact: true }));
    expect(await friend.page.getByText("Anna").count()).toBe(0);
    friend.person.expects(/status of 404 .*\/buyer-orders\//);
    await friend.page.goto(`${address.slice(0, -4)}AAAA`);
    await seen(friend.page.getByRole("heading", { name: orderIt.missingTitle }));
    await cast.dismiss(friend.person);

    await host.button(orders.mend).click();
    await page.getByRole("combobox", { name: orders.carrier }).selectOption("other");
    await page.getByLabel(orders.carrierName).fill("Corriere di Gianni");
    await host.button(host.words.common.save).click();
    await seen(host.notice(orders.mended));
    await seen(page.getByText("Corriere di Gianni"));
    await cast.dismiss(buyer.person);
  });

  it("prints what is to be packed and saves orders as a file", async () => {
    const { orders } = host.words;
    const { page } = host;
    const buyer = await cast.viewer({ name: "another buyer", lang: "it", device: "desktop" });
    const first = await buy(buyer, cast.server.viewerUrl);
    const second = await buy(buyer, cast.server.viewerUrl);
    await cast.dismiss(buyer.person);

    await host.go("orders");
    const saving = page.waitForEvent("download");
    await host.button(orders.export).click();
    const file = await readFile(await (await saving).path(), "utf8");
    expect(file.split("\r\n")[0]).toContain("order;test;status");
    expect(file).toContain(`${first};TEST;paid`);

    await page.getByRole("link", { name: orders.packing }).click();
    const slip = (order: string) => page.getByRole("listitem").filter({ hasText: order });
    await seen(slip(first));
    await seen(slip(first).getByText(orders.doNotSend));
    await page.getByRole("checkbox", { name: orders.title1(second) }).uncheck();
    await page.emulateMedia({ media: "print" });
    await seen(slip(first));
    await gone(slip(second));
    await gone(page.getByRole("navigation"));
    await page.emulateMedia({ media: null });
    await seen(slip(second));
  });

  it("lets nobody in with a wrong password or a used link", async () => {
    const { settings, signIn } = host.words;
    const { page } = host;
    await host.go("settings");
    await page.getByLabel(settings.next, { exact: true }).fill(PASSWORD);
    await host.button(settings.change).click();
    await seen(host.notice(settings.changed));
    await host.button(settings.signOut).click();
    await seen(host.heading(signIn.title));

    host.person.expects(/status of 401 .*\/sessions/);
    await page.getByLabel(signIn.email).fill("demo@vetrina.example");
    await page.getByLabel(signIn.password, { exact: true }).fill("quattro gatti");
    await host.button(signIn.submit).click();
    await reads(page.getByRole("alert"), signIn.wrong);
    await page.getByLabel(signIn.password, { exact: true }).fill(PASSWORD);
    await host.button(signIn.submit).click();
    // Back to where the work was left.
    await seen(host.heading(settings.title));

    host.person.expects(/status of 4\d\d .*\/sessions\/one-time/);
    await page.goto(cast.server.studioUrl);
    await seen(host.heading(signIn.onceFailedTitle));
  });
});

describe("on a fresh installation", () => {
  const cast = useCast(() => startFresh());

  it("is set up by the link that the server printed, once", async () => {
    const host = await cast.host({ name: "the founder", lang: "en", device: "phone" });
    const { setup, shows } = host.words;
    const { page } = host;
    await page.goto(cast.server.setupUrl);
    await page.getByLabel(setup.shopName).fill("Officina Nove");
    await page.getByLabel(setup.ownerName).fill("Rosa Neri");
    await page.getByLabel(setup.email).fill("rosa@example.com");
    await page.getByLabel(setup.password, { exact: true }).fill("corta");
    await host.button(setup.submit).click();
    await seen(page.getByText(host.words.fields.too_short));
    await page.getByLabel(setup.password, { exact: true }).fill(PASSWORD);
    await host.button(setup.submit).click();
    await seen(host.heading(shows.title));
    await seen(host.heading(shows.emptyTitle));

    const guest = await cast.viewer({ name: "a guest", lang: "it", device: "phone" });
    await guest.page.goto(cast.server.baseUrl);
    await seen(guest.page.getByText("Officina Nove"));
    await seen(guest.page.getByRole("heading", { name: guest.words.noShowsTitle }));

    const late = await cast.host({ name: "a latecomer", lang: "it", device: "desktop" });
    late.person.expects(/status of 4\d\d .*\/setup/);
    await late.page.goto(cast.server.setupUrl);
    await late.page.getByLabel(late.words.setup.shopName).fill("Altra bottega");
    await late.page.getByLabel(late.words.setup.ownerName).fill("Intruso");
    await late.page.getByLabel(late.words.setup.email).fill("altro@example.com");
    await late.page.getByLabel(late.words.setup.password, { exact: true }).fill(PASSWORD);
    await late.button(late.words.setup.submit).click();
    await reads(late.page.getByRole("alert"), late.words.setup.takenText);
  });
});

/** Buys the scarf as Anna and tells the order's number; the confirmation stays open. */
async function buy(buyer: Viewer, viewerUrl: string): Promise<string> {
  await buyer.watch(viewerUrl);
  await buyer.openProduct(SCARF);
  await buyer.buyButton.click();
  await buyer.isHolding();
  const pay = await buyer.payBeside();
  await pay.payAs("Anna Bianchi", "anna@example.com");
  return buyer.readsConfirmation();
}

type VariantEntry = { option: string; price: string; stock: string };

async function fillVariant(host: Host, place: number, entry: VariantEntry): Promise<void> {
  const { product } = host.words;
  const fields = host.page.getByRole("group", { name: product.variant(place) });
  await fields.getByLabel(`${product.price} (EUR)`).fill(entry.price);
  await fields.getByLabel(product.stock).fill(entry.stock);
  // Last, because it becomes the name of the group.
  await fields.getByLabel("Taglia").fill(entry.option);
}

/** The lineup of the form, from first to last. */
async function lineupOf(host: Host): Promise<string[]> {
  const { upLabel } = host.words.lineup;
  const labels = await host.page
    .getByRole("button", { name: new RegExp(`^${upLabel("(.+)")}$`) })
    .evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label") ?? ""));
  const pattern = new RegExp(`^${upLabel("(.+)")}$`);
  return labels.map((label) => pattern.exec(label)?.[1] ?? label);
}

async function openImport(host: Host): Promise<void> {
  await host.go("products");
  await host.page.getByRole("link", { name: host.words.products.import }).click();
  await seen(host.heading(host.words.imports.title));
}

async function chooseFile(host: Host, path: string): Promise<void> {
  const chooser = host.page.waitForEvent("filechooser");
  await host.button(host.words.imports.choose).click();
  await (await chooser).setFiles(path);
}

function isDrawn(element: Element): boolean {
  return element instanceof HTMLImageElement && element.complete && element.naturalWidth > 0;
}
