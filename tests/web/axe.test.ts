/** No page keeps anybody out: axe finds nothing serious, by day and by night. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { orderIt } from "../../web/src/i18n/order.it";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { startDemo } from "./support/server";
import type { Viewer } from "./support/viewer";
import { seen } from "./support/wait";

const SHOW = "Novità d'autunno in diretta";
const SCARF = "Foulard di seta Ginestra";
const VASE = "Vaso in ceramica Duna";
const FAULTY_FILE = {
  name: "listino.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(
    "handle,title,price,stock\nscialle,Scialle,29.90,3\nspilla,Spilla,gratis,2\n",
  ),
};

const cast = useCast(() => startDemo());

/** Looks at a page in both colour schemes. */
async function isOpenToAll(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // Soft, so that one run names every barrier.
    expect.soft(await findBarriers(page), `${page.url()} in ${colorScheme}`).toEqual([]);
  }
}

describe.each([
  { device: "phone", lang: "it" },
  { device: "desktop", lang: "en" },
] as const)("viewers on a $device in $lang", ({ device, lang }) => {
  let viewer: Viewer;

  beforeAll(async () => {
    viewer = await cast.viewer({ name: `the one on a ${device}`, device, lang });
  });

  it("find the shop", async () => {
    await viewer.page.goto(cast.server.baseUrl);
    await seen(viewer.page.getByRole("heading", { name: viewer.words.liveNow }));
    await isOpenToAll(viewer.page);
  });

  it("find an announced show, and none", async () => {
    await viewer.page.goto(`${cast.server.baseUrl}/show/regali-sotto-i-cinquanta`);
    await seen(viewer.page.getByRole("heading", { name: viewer.words.inThisShow }));
    await isOpenToAll(viewer.page);
    viewer.person.expects(/status of 404 .*\/shows\/nowhere/);
    await viewer.page.goto(`${cast.server.baseUrl}/show/nowhere`);
    await seen(viewer.page.getByText(viewer.words.missingTitle));
    await isOpenToAll(viewer.page);
  });

  it("watch, chat, look and buy", async () => {
    const { page, words } = viewer;
    await viewer.watch(cast.server.viewerUrl);
    await viewer.seesOnScreen(SCARF);
    await isOpenToAll(page);

    await viewer.say("Buonasera");
    await seen(page.getByRole("textbox", { name: words.nameTitle }));
    await isOpenToAll(page);
    await page.getByRole("button", { name: words.common.cancel }).click();

    await viewer.openCard(SCARF);
    await isOpenToAll(page);
    await viewer.closeDialog();

    await viewer.openProducts();
    await isOpenToAll(page);
    if (viewer.person.isPhone) {
      await viewer.closeDialog();
      await page.getByRole("button", { name: words.openChat }).click();
      await seen(viewer.dialog.getByRole("log"));
      await isOpenToAll(page);
      await viewer.closeDialog();
    }

    await viewer.openCard(SCARF);
    await viewer.buyButton.click();
    await viewer.isHolding();
    await viewer.payBeside();
    await isOpenToAll(page);
    await viewer.closeDialog();
    await isOpenToAll(page);

    await page.getByRole("button", { name: new RegExp(words.heldTitle) }).click();
    await viewer.payBeside();
    await viewer.dialog.getByRole("button", { name: words.payElsewhere }).click();
    await seen(viewer.payLink);
    await isOpenToAll(page);
    const pay = await viewer.openPayPage();
    await isOpenToAll(pay.page);
    await pay.decline();
    await seen(pay.page.getByRole("alert"));
    await isOpenToAll(pay.page);
    await pay.payAs("Rosa Neri", "rosa@example.com");
    await seen(pay.page.getByText(words.paidTitle, { exact: true }));
    await pay.page.close();
    await viewer.readsConfirmation();
    await isOpenToAll(page);
    await viewer.closeDialog();
  });
});

describe("members", () => {
  let host: Host;

  beforeAll(async () => {
    host = await cast.host({ name: "the host", device: "desktop", lang: "it" });
  });

  it("sign in", async () => {
    host.person.expects(/status of 401 .*\/sessions/);
    await host.page.goto(`${cast.server.baseUrl}/studio`);
    await seen(host.heading(host.words.signIn.title));
    await isOpenToAll(host.page);
    await host.page.getByLabel(host.words.signIn.email).fill("nobody@example.com");
    await host.page.getByLabel(host.words.signIn.password, { exact: true }).fill("wrong words");
    await host.button(host.words.signIn.submit).click();
    await seen(host.page.getByRole("alert"));
    await isOpenToAll(host.page);
  });

  it("run a show, on a desktop and on a phone", async () => {
    await host.signIn(cast.server.studioUrl);
    await isOpenToAll(host.page);
    await host.openLive(SHOW);
    await host.pin(VASE);
    await host.say("Benvenuti");
    await host.setSlowMode(5);
    await isOpenToAll(host.page);
    await host.page.getByRole("button", { name: host.words.keys.show }).click();
    await seen(host.heading(host.words.keys.title));
    await isOpenToAll(host.page);
    await host.page.keyboard.press("Escape");
    await host.page.setViewportSize({ width: 390, height: 844 });
    await isOpenToAll(host.page);
    await host.page.setViewportSize({ width: 1280, height: 800 });
  });

  it("keep the catalogue", async () => {
    const { page, words } = host;
    await host.go("products");
    await seen(page.getByRole("row").filter({ hasText: VASE }));
    await isOpenToAll(page);
    await page.getByRole("link", { name: new RegExp(SCARF) }).click();
    await seen(page.getByRole("heading", { level: 1, name: SCARF }));
    await isOpenToAll(page);
    await host.go("products");
    await page.getByRole("link", { name: words.products.create }).click();
    await host.button(words.product.create).click();
    await seen(page.getByText(words.fields.required));
    await isOpenToAll(page);
    await host.go("products");
    await page.getByRole("link", { name: words.products.import }).click();
    const chooser = page.waitForEvent("filechooser");
    await host.button(words.imports.choose).click();
    await isOpenToAll(page);
    await (await chooser).setFiles(FAULTY_FILE);
    await seen(page.getByText(words.imports.refusedNote(1)));
    await isOpenToAll(page);
  });

  it("plan shows, look at orders and settings", async () => {
    const { page, words } = host;
    await host.go("shows");
    await page.getByRole("link", { name: words.shows.editLabel("Regali sotto i 50 euro") }).click();
    await seen(host.heading(words.lineup.title));
    await isOpenToAll(page);
    await host.go("orders");
    const order = page.getByRole("row").getByRole("link").first();
    await seen(order);
    await isOpenToAll(page);
    await order.click();
    await seen(host.heading(words.orders.lines));
    await isOpenToAll(page);
    const address = await page.getByLabel(words.orders.buyerPage).inputValue();
    await page.goto(`${cast.server.baseUrl}/studio/orders/packing`);
    await seen(host.button(words.orders.print));
    await isOpenToAll(page);
    await page.goto(address);
    await seen(page.getByText(orderIt.keep));
    await isOpenToAll(page);
    await page.goto(`${cast.server.baseUrl}/studio`);
    await host.go("settings");
    await isOpenToAll(page);
    await page.getByRole("link", { name: words.payments.open }).click();
    await seen(host.heading(words.payments.state.sandbox));
    await page.getByLabel(words.payments.keyStep.label).fill("pk_test_wrong");
    await host.button(words.payments.keyStep.save).click();
    await seen(page.getByText(words.fields.unknown_key));
    await isOpenToAll(page);
    await host.button(words.payments.mode.live).click();
    await seen(page.getByRole("heading", { name: new RegExp(words.payments.liveStep.title) }));
    await isOpenToAll(page);
  });
});
