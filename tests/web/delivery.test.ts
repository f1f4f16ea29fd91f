/** Shipping from the studio's settings to the parcel: asked, priced, paid, packed. */
import { beforeAll, describe, expect, it } from "vitest";
import { deliveryEn } from "../../web/src/i18n/delivery.en";
import { orderEn } from "../../web/src/i18n/order.en";
import { findBarriers } from "./support/axe";
import { IN_APP } from "./support/browser";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { startDemo } from "./support/server";
import { Viewer } from "./support/viewer";
import { gone, hasFocus, holds, reads, seen } from "./support/wait";

/** 64 euros. */
const HAT = "Cappello di feltro Brina";
/** 89 euros. */
const PLAID = "Plaid di lana Montagna";

const cast = useCast(() => startDemo());
let host: Host;

beforeAll(async () => {
  host = await cast.host({ name: "the owner", lang: "en", device: "desktop" });
  await host.signIn(cast.server.studioUrl);
});

async function isWell(page: Host["page"]): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await findBarriers(page), `${page.url()} in ${colorScheme}`).toEqual([]);
  }
}

describe("delivery", () => {
  it("is set up zone by zone", async () => {
    const { page, words } = host;
    const { checkout } = words;
    await host.go("settings");
    await page.getByRole("link", { name: checkout.open }).click();
    const zones = page.getByRole("group", { name: /^Zone \d$/ });
    // What the demo ships already is left aside.
    await seen(host.heading(checkout.zones));
    for (let left = await zones.count(); left > 0; left -= 1) {
      await host.button(checkout.removeZone(left)).click();
    }
    await seen(page.getByText(checkout.noZonesText));
    await isWell(page);

    await host.button(checkout.addZone).click();
    await host.button(words.common.save).click();
    await seen(page.getByText(checkout.incomplete));
    await holds(async () => {
      expect(await hasFocus(page.locator("[aria-invalid=true]"))).toBe(true);
    });
    await isWell(page);
    await zones.nth(0).getByLabel(checkout.addCountry).selectOption({ label: "Italy" });
    await zones.nth(0).getByRole("button", { name: words.common.add, exact: true }).click();
    await zones.nth(0).getByLabel(checkout.price("EUR")).fill("5");
    await zones.nth(0).getByLabel(checkout.freeFrom("EUR")).fill("150");
    await host.button(checkout.addZone).click();
    await zones.nth(1).getByRole("button", { name: checkout.wholeUnion }).click();
    await zones.nth(1).getByLabel(checkout.price("EUR")).fill("12.50");
    await zones.nth(1).getByLabel(checkout.minDays).fill("3");
    await zones.nth(1).getByLabel(checkout.maxDays).fill("6");
    await page.getByLabel(checkout.phone).check();
    await host.button(words.common.save).click();
    await seen(host.notice(words.common.saved));
    await isWell(page);

    await page.reload();
    await seen(zones.nth(1));
    expect(await zones.nth(1).getByRole("listitem").filter({ hasText: "Germany" }).count()).toBe(1);
    expect(await zones.nth(1).getByLabel(checkout.price("EUR")).inputValue()).toBe("12.50");
  });

  it("is asked for, priced, paid and packed", async () => {
    const options = { userAgent: IN_APP };
    const anna = await cast.viewer({ name: "Anna", lang: "en", device: "phone", options });
    await anna.watch(cast.server.viewerUrl);
    await anna.openProduct(HAT);
    const country = anna.dialog.getByLabel(deliveryEn.shipTo);
    await reads(anna.dialog, deliveryEn.unknown);
    await anna.buyButton.click();
    await seen(anna.dialog.getByText(deliveryEn.missing));
    await holds(async () => expect(await hasFocus(country)).toBe(true));
    await isWell(anna.page);
    await country.selectOption({ label: "Germany" });
    await reads(anna.dialog, deliveryEn.priceTo("€12.50", "Germany"));
    await country.selectOption({ label: "Italy" });
    await reads(anna.dialog, deliveryEn.freeFrom("€150.00", "€86.00"));
    await anna.closeDialog();

    await anna.addToBag(HAT);
    await anna.addToBag(PLAID);
    await anna.openBag();
    // Together they are worth the parcel.
    await reads(anna.dialog, deliveryEn.freeTo("Italy"));
    await isWell(anna.page);
    await anna.closeDialog();
    await anna.openProduct(HAT);
    expect(await country.inputValue()).toBe("IT");
    await anna.buyButton.click();
    await anna.isHolding();

    const pay = await anna.openPayPage();
    await pay.fillAddress({ line1: "Via Roma 1", postal_code: "53100", city: "Siena" });
    await pay.page.locator("#phone").fill("+39 0577 1");
    await reads(pay.payButton, "69.00");
    await pay.payAs("Anna Bianchi", "anna@example.com");
    const order = await new Viewer(anna.person, pay.page).readsConfirmation();
    await pay.page.close();
    await anna.readsConfirmation();

    const { page, words } = host;
    await page.goto(`${cast.server.baseUrl}/studio/orders`);
    await page.getByRole("link", { name: new RegExp(order) }).click();
    await seen(host.heading(words.orders.delivery));
    const parcel = page.locator("address");
    for (const part of ["Anna Bianchi", "Via Roma 1", "53100 Siena", "Italy", "+39 0577 1"]) {
      await reads(parcel, part);
    }
    await reads(page.locator(".receipt"), /Subtotal€64\.00.*Shipping.*€5\.00.*Total€69\.00/);
    await isWell(page);
    const address = await page.getByLabel(words.orders.buyerPage).inputValue();
    await page.goto(`${cast.server.baseUrl}/studio/orders/packing`);
    const slip = page.getByRole("listitem").filter({ hasText: order });
    await reads(slip, "Via Roma 1");
    await page.goto(address);
    await seen(page.getByText(orderEn.keep));
    await reads(page.locator(".order-items"), /Subtotal€64\.00.*Shipping.*€5\.00.*€69\.00/);
    await isWell(page);
    await anna.dialog.getByRole("button", { name: anna.words.backToShow }).click();
    await gone(anna.dialog);
    await cast.dismiss(anna.person);
  });

  it("buys in one tap once the country is known", async () => {
    const carlo = await cast.viewer({ name: "Carlo", lang: "en", device: "desktop" });
    await carlo.watch(cast.server.viewerUrl);
    await carlo.openProduct(PLAID);
    await carlo.dialog.getByLabel(deliveryEn.shipTo).selectOption({ label: "France" });
    await carlo.closeDialog();
    await host.page.goto(`${cast.server.baseUrl}/studio/shows/${cast.server.showId}`);
    await host.pin(PLAID);
    await carlo.seesOnScreen(PLAID);
    await carlo.buyFromCard(PLAID);
    await cast.dismiss(carlo.person);
  });
});
