/** Who sells, under which terms, and withdrawing from a contract: with and without scripts. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { legalEn } from "../../web/src/i18n/legal.en";
import { orderEn } from "../../web/src/i18n/order.en";
import { orderIt } from "../../web/src/i18n/order.it";
import { rightsEn } from "../../web/src/i18n/rights.en";
import { rightsIt } from "../../web/src/i18n/rights.it";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { startDemo } from "./support/server";
import type { Viewer } from "./support/viewer";
import { holds, reads, seen, tabTo } from "./support/wait";

const SCARF = "Foulard di seta Ginestra";
const HAT = "Cappello di feltro Brina";
const ORDER = { it: orderIt, en: orderEn };
const RIGHTS = { it: rightsIt, en: rightsEn };
const PAGES = ["seller", "terms", "withdrawal", "privacy"] as const;
/** What the law calls the steps, in both languages. */
const STEPS = {
  it: { goOn: "Continua", confirm: "Conferma recesso", done: "Il tuo recesso è stato ricevuto." },
  en: {
    goOn: "Continue",
    confirm: "Confirm withdrawal",
    done: "Your withdrawal has been received.",
  },
};
/** Every key that the pages keep in the browser; each is needed for what a person asked for. */
const KEPT =
  /^vetrina\.(lang|country|link|bag\..+|return\..+|votes\..+|session\..+|viewer\..+|token\..+)$/;

const cast = useCast(() => startDemo());

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
  await pay.payAs("Anna Bianchi", "anna@example.com");
  return buyer.readsConfirmation();
}

describe("with an owner in the studio", () => {
  let host: Host;

  beforeAll(async () => {
    host = await cast.host({ name: "the owner", lang: "en", device: "desktop" });
    await host.signIn(cast.server.studioUrl);
  });

  it("says before a show what is missing, and takes it field by field", async () => {
    const { page } = host;
    const reminder = page.getByRole("complementary", { name: legalEn.missingTitle });
    await seen(reminder);
    await isOpenToAll(page);
    await reminder.getByRole("link", { name: legalEn.open }).click();
    await seen(host.heading(legalEn.title));
    await page.getByLabel(legalEn.name, { exact: true }).fill("Bottega Aurora di Anna Rossi");
    await page.getByLabel(legalEn.address, { exact: true }).fill("Via Roma 1\n00184 Roma RM");
    await page.getByLabel(legalEn.vatNumber, { exact: true }).fill("12345678901");
    await page.getByLabel(legalEn.email, { exact: true }).fill("ciao@bottega.example");
    await page.getByLabel(legalEn.phone, { exact: true }).fill("+39 06 1234567");
    const terms = page.getByRole("region", { name: legalEn.terms });
    await terms.getByLabel(legalEn.inItalian).fill("Vendiamo capi di lana.");
    host.person.expects(/status of 422 .*\/shop\/legal/);
    await host.button(host.words.common.save).click();
    await seen(page.getByText(host.words.fields.not_a_vat_number));
    await isOpenToAll(page);
    await page.getByLabel(legalEn.vatNumber, { exact: true }).fill("12345678903");
    await host.button(host.words.common.save).click();
    await seen(page.getByText(legalEn.complete));
    expect(await page.getByLabel(legalEn.vatNumber, { exact: true }).inputValue()).toBe(
      "IT12345678903",
    );
    await host.go("shows");
    await holds(async () => expect(await reminder.count()).toBe(0));
  });

  it.each([
    { device: "phone", lang: "it" },
    { device: "desktop", lang: "en" },
  ] as const)("a buyer on a $device in $lang withdraws by keyboard", async ({ device, lang }) => {
    const buyer = await cast.viewer({ name: `a buyer on a ${device}`, lang, device });
    await buyer.watch(cast.server.viewerUrl);
    await buyer.openProduct(SCARF);
    const links = buyer.dialog.getByRole("navigation", { name: RIGHTS[lang].nav });
    for (const name of PAGES) {
      const link = links.getByRole("link", { name: RIGHTS[lang][name] });
      expect(await link.getAttribute("href")).toMatch(new RegExp(`^/legal/${name}\\?shop=`));
    }
    await buyer.closeDialog();
    const number = await buy(buyer, device === "phone" ? SCARF : HAT);
    const address = await buyer.page
      .getByRole("link", { name: buyer.words.orderPage })
      .getAttribute("href");
    const { page } = buyer;
    const kept = await page.evaluate(() => [
      ...Object.keys(localStorage),
      ...Object.keys(sessionStorage),
    ]);
    expect(kept.filter((key) => !KEPT.test(key))).toEqual([]);
    expect(await page.context().cookies()).toEqual([]);

    await page.goto(new URL(address ?? "", cast.server.baseUrl).href);
    const way = page.getByRole("link", { name: ORDER[lang].withdrawHere });
    await seen(way);
    await isOpenToAll(page);
    await tabTo(page, way);
    await page.keyboard.press("Enter");
    await seen(page.getByRole("button", { name: STEPS[lang].goOn }));
    await isOpenToAll(page);
    await tabTo(page, page.locator("#name"));
    await page.keyboard.type("Anna Bianchi");
    await tabTo(page, page.getByRole("button", { name: STEPS[lang].goOn }));
    await page.keyboard.press("Enter");
    const confirm = page.getByRole("button", { name: STEPS[lang].confirm });
    await seen(confirm);
    await isOpenToAll(page);
    await tabTo(page, confirm);
    await page.keyboard.press("Enter");
    await reads(page.getByRole("status"), STEPS[lang].done);
    await isOpenToAll(page);

    await host.go("orders");
    await host.page.reload();
    await seen(host.page.locator(".open-withdrawals"));
    await isOpenToAll(host.page);
    await host.page.locator(".open-withdrawals").getByRole("link", { name: number }).click();
    const panel = host.page.getByRole("region", { name: legalEn.withdrawals });
    await reads(panel, "Anna Bianchi");
    await isOpenToAll(host.page);
    await cast.dismiss(buyer.person);
  });

  it("leaves the public pages readable without scripts", async () => {
    for (const lang of ["it", "en"] as const) {
      const context = await cast.browser.newContext({
        viewport: { width: 360, height: 740 },
        javaScriptEnabled: false,
      });
      const page = await context.newPage();
      for (const name of PAGES) {
        await page.goto(`${cast.server.baseUrl}/legal/${name}?lang=${lang}`);
        await seen(page.getByRole("heading", { level: 1 }));
        expect(await page.locator("html").getAttribute("lang")).toBe(lang);
        expect(await page.locator("script").count()).toBe(0);
      }
      await context.close();
    }
    const person = await cast.viewer({ name: "a reader", lang: "it", device: "phone" });
    for (const name of PAGES) {
      await person.page.goto(`${cast.server.baseUrl}/legal/${name}`);
      await isOpenToAll(person.page);
    }
    await person.page.goto(`${cast.server.baseUrl}/legal/withdrawal`);
    await person.page.locator("#number").fill("TEST-1");
    await person.page.locator("#email").fill("anna@example.com");
    await person.page.keyboard.press("Enter");
    await reads(person.page.getByRole("status"), "Se numero e indirizzo corrispondono");
    await cast.dismiss(person.person);
  });
});
