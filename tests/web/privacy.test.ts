/** What is kept of people: told, saved, erased; by viewers, buyers and an owner. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { orderEn } from "../../web/src/i18n/order.en";
import { orderIt } from "../../web/src/i18n/order.it";
import { privacyEn } from "../../web/src/i18n/privacy.en";
import { privacyIt } from "../../web/src/i18n/privacy.it";
import { studioPrivacyEn } from "../../web/src/i18n/studioPrivacy.en";
import type { OrderSummary } from "../../web/src/lib/types";
import { apiOf } from "./support/api";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { startDemo } from "./support/server";
import type { Viewer } from "./support/viewer";
import { gone, holds, reads, seen, tabTo } from "./support/wait";

const SHOW = "Novità d'autunno in diretta";
const SCARF = "Foulard di seta Ginestra";
const HAT = "Cappello di feltro Brina";
const WORDS = { it: privacyIt, en: privacyEn };
const ORDER = { it: orderIt, en: orderEn };
/** What the page without scripts says. */
const PLAIN = {
  it: {
    blocked: "la merce deve ancora partire",
    goOn: "Continua",
    erase: "Cancella i miei dati",
    done: "I tuoi dati sono stati cancellati il",
  },
  en: {
    blocked: "the goods are still to be sent",
    goOn: "Continue",
    erase: "Erase my data",
    done: "Your data were erased on",
  },
};
const LOOKS = [
  { device: "phone", lang: "it" },
  { device: "desktop", lang: "en" },
] as const;

const cast = useCast(() => startDemo());
const ask = apiOf(() => cast.server);

/** Looks at a page in both colour schemes, and that nothing stands out at its side. */
async function isOpenToAll(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await findBarriers(page), `${page.url()} in ${colorScheme}`).toEqual([]);
  }
  const [width, room] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect.soft(width, page.url()).toBeLessThanOrEqual(room ?? 0);
}

async function buy(buyer: Viewer, title: string): Promise<string> {
  await buyer.openProduct(title);
  await buyer.buyButton.click();
  await buyer.isHolding();
  const pay = await buyer.payBeside();
  await pay.payAs("Ginevra Quaglia", "ginevra@quaglia.example");
  return buyer.readsConfirmation();
}

describe("with an owner in the studio", () => {
  let host: Host;

  beforeAll(async () => {
    host = await cast.host({ name: "the owner", lang: "en", device: "desktop" });
    await host.signIn(cast.server.studioUrl);
    await host.openLive(SHOW);
  });

  /** Somebody says something and opens what is kept of them, by keyboard. */
  async function comeAndLook(look: (typeof LOOKS)[number], name: string, said: string) {
    const { device, lang } = look;
    const viewer = await cast.viewer({ name: `${name} on a ${device}`, lang, device });
    await viewer.watch(cast.server.viewerUrl);
    await viewer.sayAs(`${name} ${device}`, said);
    await viewer.openProduct(SCARF);
    await tabTo(viewer.page, viewer.dialog.getByRole("button", { name: WORDS[lang].open }));
    await viewer.page.keyboard.press("Enter");
    await seen(viewer.dialog.getByText(WORDS[lang].messages(1), { exact: true }));
    return viewer;
  }

  it.each(LOOKS)("a viewer on a $device in $lang reads and saves it", async (look) => {
    const text = WORDS[look.lang];
    const said = "Mi piace il foulard";
    const viewer = await comeAndLook(look, "Quirina", said);
    const { page } = viewer;
    await isOpenToAll(page);
    const saving = page.waitForEvent("download");
    await viewer.dialog.getByRole("button", { name: text.download }).click();
    const stream = await (await saving).createReadStream();
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    const file = JSON.parse(Buffer.concat(parts).toString());
    expect(file.messages.map((message: { text: string }) => message.text)).toEqual([said]);
    await cast.dismiss(viewer.person);
  });

  it.each(LOOKS)("a viewer on a $device in $lang erases by keyboard", async (look) => {
    const text = WORDS[look.lang];
    const said = `Che bel foulard (${look.device})`;
    const viewer = await comeAndLook(look, "Zefirina", said);
    const { page } = viewer;
    await host.sees(said);
    await tabTo(page, viewer.dialog.getByRole("button", { name: text.erase }));
    await page.keyboard.press("Enter");
    await seen(viewer.dialog.getByText(text.goes));
    await isOpenToAll(page);
    await tabTo(page, viewer.dialog.getByRole("button", { name: text.confirm }));
    await page.keyboard.press("Enter");
    await reads(viewer.dialog.getByRole("status"), text.done);
    await isOpenToAll(page);
    await gone(host.line(said));
    await cast.dismiss(viewer.person);
  });

  it.each(LOOKS)(
    "a buyer on a $device in $lang erases without scripts",
    async ({ device, lang }) => {
      const text = PLAIN[lang];
      const buyer = await cast.viewer({ name: `a buyer on a ${device}`, lang, device });
      await buyer.watch(cast.server.viewerUrl);
      const number = await buy(buyer, device === "phone" ? SCARF : HAT);
      const link = buyer.page.getByRole("link", { name: buyer.words.orderPage });
      const address = new URL((await link.getAttribute("href")) ?? "", cast.server.baseUrl).href;
      await buyer.page.goto(address);
      const way = buyer.page.getByRole("link", { name: ORDER[lang].yourData });
      await seen(way);
      const place = new URL((await way.getAttribute("href")) ?? "", address).href;
      const context = await cast.browser.newContext({
        viewport: device === "phone" ? { width: 360, height: 740 } : { width: 1280, height: 800 },
        javaScriptEnabled: false,
      });
      const page = await context.newPage();
      await page.goto(place);
      await seen(page.getByText(text.blocked));
      const { items } = await ask<{ items: OrderSummary[] }>(`/orders?search=${number}`, "GET");
      await ask(`/orders/${items[0]?.id}/shipment`, "PUT", {});
      await page.goto(place);
      await tabTo(page, page.getByRole("button", { name: text.goOn }));
      await page.keyboard.press("Enter");
      await seen(page.getByText("art. 2220"));
      await tabTo(page, page.getByRole("button", { name: text.erase }));
      await page.keyboard.press("Enter");
      await reads(page.getByRole("status"), text.done);
      await context.close();
      await buyer.page.goto(place);
      await isOpenToAll(buyer.page);
      await cast.dismiss(buyer.person);
    },
  );

  it("does it for those who ask", async () => {
    const { page } = host;
    const said = "Cancellatemi, per favore";
    const viewer = await cast.viewer({ name: "somebody who asks", lang: "en", device: "phone" });
    await viewer.watch(cast.server.viewerUrl);
    await viewer.sayAs("Priscilla", said);
    await host.sees(said);
    const row = host.line(said);
    await row.hover();
    await row.getByRole("button", { name: studioPrivacyEn.viewerLabel("Priscilla") }).click();
    const dialog = page.getByRole("dialog");
    await seen(dialog.getByText(studioPrivacyEn.viewerText));
    await isOpenToAll(page);
    await dialog.getByRole("button", { name: studioPrivacyEn.erase }).click();
    await seen(dialog.getByText(studioPrivacyEn.viewerGoes));
    await isOpenToAll(page);
    await dialog.getByRole("button", { name: studioPrivacyEn.confirm }).click();
    await gone(host.line(said));
    await gone(viewer.line(said));

    await viewer.openProduct(SCARF);
    await viewer.closeDialog();
    const number = await buy(viewer, HAT);
    await host.go("orders");
    await page.getByRole("link", { name: number }).click();
    const panel = page.getByRole("region", { name: studioPrivacyEn.buyer });
    await panel.getByRole("button", { name: studioPrivacyEn.erase }).click();
    await seen(dialog.getByText(studioPrivacyEn.obstacles.delivery));
    await isOpenToAll(page);
    await page.keyboard.press("Escape");
    const { items } = await ask<{ items: OrderSummary[] }>(`/orders?search=${number}`, "GET");
    await ask(`/orders/${items[0]?.id}/shipment`, "PUT", {});
    await panel.getByRole("combobox").selectOption("buyer");
    await panel.getByRole("button", { name: studioPrivacyEn.erase }).click();
    await seen(dialog.getByText(studioPrivacyEn.buyerGoes));
    await isOpenToAll(page);
    await dialog.getByRole("button", { name: studioPrivacyEn.confirm }).click();
    await holds(async () =>
      expect(await page.getByText("ginevra@quaglia.example").count()).toBe(0),
    );
    await seen(panel.getByText(studioPrivacyEn.erasedAt("").replace(/\s*\.$/, "")));
    await cast.dismiss(viewer.person);
  });

  it("sets for how long everything is kept", async () => {
    const { page } = host;
    await page.goto(`${cast.server.baseUrl}/studio/settings/legal`);
    const days = page.getByLabel(studioPrivacyEn.chatDays);
    await seen(days);
    await days.fill("5");
    host.person.expects(/status of 422 .*\/shop\/retention/);
    await host.button(studioPrivacyEn.setPeriods).click();
    await seen(page.getByText(host.words.fields.out_of_range));
    await isOpenToAll(page);
    await days.fill("100");
    await host.button(studioPrivacyEn.setPeriods).click();
    await seen(host.notice(studioPrivacyEn.retentionSaved));
    await page.goto(`${cast.server.baseUrl}/legal/privacy?lang=en`);
    await seen(page.getByText("100 days"));
  });
});
