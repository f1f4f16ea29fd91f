/** The sandbox's pay page on a small phone: everything can be reached, read and pressed. */
import type { BrowserContext, Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import { startDemo } from "./support/server";
import { PayPage } from "./support/viewer";
import { gone, holds, reads, seen } from "./support/wait";

const KEY = "sk_test_for_the_browser";
/** The narrowest phones in use. */
const SMALL_PHONE = { width: 360, height: 740 };

const cast = useCast(() => startDemo(["--sandbox-key", KEY]));

/** Everything that a session may ask its buyer for. */
const ASKING = {
  mode: "payment",
  "line_items[0][quantity]": "2",
  "line_items[0][price_data][currency]": "eur",
  "line_items[0][price_data][unit_amount]": "4990",
  "line_items[0][price_data][product_data][name]": "Vaso in ceramica Duna, smaltato a mano",
  allow_promotion_codes: "true",
  "phone_number_collection[enabled]": "true",
  "shipping_address_collection[allowed_countries][0]": "IT",
  "shipping_address_collection[allowed_countries][1]": "FR",
  "shipping_options[0][shipping_rate_data][display_name]": "Corriere",
  "shipping_options[0][shipping_rate_data][fixed_amount][amount]": "890",
  "shipping_options[0][shipping_rate_data][fixed_amount][currency]": "eur",
  "shipping_options[0][shipping_rate_data][type]": "fixed_amount",
  "shipping_options[1][shipping_rate_data][display_name]": "Ritiro in negozio",
  "shipping_options[1][shipping_rate_data][fixed_amount][amount]": "0",
  "shipping_options[1][shipping_rate_data][fixed_amount][currency]": "eur",
  "shipping_options[1][shipping_rate_data][type]": "fixed_amount",
};

type Session = { id: string; url: string; status: string; payment_status: string };

async function ask(path: string, form?: Record<string, string>): Promise<Session> {
  const answer = await fetch(`${cast.server.baseUrl}/v1/checkout/sessions${path}`, {
    ...(form && { method: "POST", body: new URLSearchParams(form) }),
    headers: { authorization: `Bearer ${KEY}` },
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** Nothing stands in anybody's way, and nothing is wider than the phone. */
async function isWell(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await findBarriers(page), `${page.url()} in ${colorScheme}`).toEqual([]);
  }
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect
    .soft(width, `${page.url()} is wider than the phone`)
    .toBeLessThanOrEqual(SMALL_PHONE.width);
}

describe.each([
  { lang: "it", italian: true },
  { lang: "en", italian: false },
] as const)("a buyer on a small phone in $lang", ({ lang, italian }) => {
  let context: BrowserContext;
  let page: Page;
  let pay: PayPage;

  beforeEach(async () => {
    const locale = italian ? "it-IT" : "en-GB";
    context = await cast.browser.newContext({ viewport: SMALL_PHONE, locale });
    page = await context.newPage();
    pay = new PayPage(page, lang);
  });

  afterEach(async () => {
    await context.close();
  });

  it("chooses, enters and confirms with the bank", async () => {
    const home = cast.server.baseUrl;
    const session = await ask("", { ...ASKING, success_url: `${home}/`, cancel_url: `${home}/` });
    await page.goto(session.url);
    await isWell(page);
    await pay.press("Ritiro in negozio gratis", "Ritiro in negozio free");
    await page.getByLabel(italian ? /^Codice/ : /^Promotion code/).fill("test10");
    await pay.press("Applica", "Apply");
    await reads(pay.payButton, italian ? "89,82" : "89.82");
    await isWell(page);
    await pay.openOutcomes();
    await isWell(page);
    // An address stands there to try things out; of what was emptied the browser itself says that it is missing.
    expect(await page.locator("#postal_code").inputValue()).toBe("00100");
    await page.locator("#city").fill("");
    await pay.press("La banca chiede conferma", "The bank asks for confirmation");
    await seen(page.locator("input:invalid"));
    for (const [name, value] of Object.entries({
      name: "Anna Bianchi",
      phone: "+39 0577 1",
      line1: "Via Roma 1",
      postal_code: "53100",
      city: "Siena",
    })) {
      await page.locator(`#${name}`).fill(value);
    }
    await pay.press("La banca chiede conferma", "The bank asks for confirmation");
    await seen(page.getByRole("heading", { level: 2 }));
    await isWell(page);
    await pay.press("Conferma il pagamento", "Confirm the payment");
    await page.waitForURL(`${home}/**`);
    await holds(async () => {
      expect(await ask(`/${session.id}`)).toMatchObject({
        status: "complete",
        payment_status: "paid",
      });
    });
  });

  it("plays a debit that arrives, and a dispute that is lost", async () => {
    const home = cast.server.baseUrl;
    const plain = Object.entries(ASKING).filter(([name]) => /^mode|^line_items/.test(name));
    const session = await ask("", { ...Object.fromEntries(plain), success_url: `${home}/` });
    await page.goto(session.url);
    await pay.openOutcomes();
    await pay.press("Addebito bancario, arriva fra giorni", "Bank debit, arrives days later");
    await seen(page.getByRole("alert"));
    await isWell(page);
    await pay.press("Il denaro arriva", "The money arrives");
    await reads(page.getByRole("alert"), italian ? "già pagato" : "paid already");
    await pay.openAfterwards();
    await isWell(page);
    await pay.press("Contesta il pagamento", "Dispute the payment");
    await pay.openAfterwards();
    await pay.press("La contestazione va a favore del cliente", "The buyer wins the dispute");
    await reads(
      page.getByRole("alert"),
      italian ? "a favore del cliente" : "in the buyer's favour",
    );
    await gone(page.getByRole("button", { name: /contesta|dispute/i }));
    await isWell(page);
  });
});
