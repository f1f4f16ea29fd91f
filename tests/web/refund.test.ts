/** Money back: from the studio to the buyer, and pieces back to the show. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findBarriers } from "./support/axe";
import { IN_APP } from "./support/browser";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { startDemo } from "./support/server";
import { Viewer } from "./support/viewer";
import { gone, hasFocus, reads, seen } from "./support/wait";

/** Three of it are in stock. */
const HAT = "Cappello di feltro Brina";
const SCARF = "Foulard di seta Ginestra";
const PLAID = "Plaid di lana Montagna";

describe("with an order in the studio", () => {
  const cast = useCast(() => startDemo());
  let host: Host;

  beforeAll(async () => {
    host = await cast.host({ name: "the owner", lang: "en", device: "desktop" });
    await host.signIn(cast.server.studioUrl);
  });

  // Each begins at the front door, with lists that know what happened meanwhile.
  beforeEach(async () => {
    await host.page.goto(`${cast.server.baseUrl}/studio`);
    await seen(host.heading(host.words.shows.title));
  });

  it("gives a part of the money back and puts one piece back on sale", async () => {
    const { refund } = host.words.orders;
    const { page } = host;
    const buyer = await cast.viewer({ name: "a buyer", lang: "it", device: "desktop" });
    await buyer.watch(cast.server.viewerUrl);
    const order = await buy(buyer, HAT, 2);
    await buyer.closeDialog();
    const hat = buyer.page.getByRole("listitem").filter({ hasText: HAT });
    await reads(hat, buyer.words.common.unitsLeft(1));

    await openOrder(host, order);
    await reads(refunds(host), refund.left("€128.00"));
    await host.button(refund.open).click();
    const dialog = page.getByRole("dialog");
    const amount = dialog.getByLabel(refund.amount("EUR"));
    expect(await amount.inputValue()).toBe("128.00");
    await amount.fill("128.01");
    await dialog.getByRole("button", { name: refund.next }).click();
    await seen(dialog.getByText(host.words.fields.above_left));
    expect.soft(await findBarriers(page)).toEqual([]);
    await amount.fill("64");
    await dialog.getByRole("checkbox", { name: HAT }).check();
    await dialog.getByLabel(refund.restockUnits(HAT)).selectOption("1");
    await dialog.getByLabel(new RegExp(`^${refund.note}`)).fill("One was dented");
    await dialog.getByRole("button", { name: refund.next }).click();
    await seen(dialog.getByText(refund.sureRestock(1)));
    expect.soft(await findBarriers(page)).toEqual([]);
    const back = dialog.getByRole("button", { name: host.words.common.back });
    expect(await hasFocus(back)).toBe(true);
    // Two clicks of an impatient hand give the money back once.
    await dialog.getByRole("button", { name: refund.confirm("€64.00") }).dblclick();
    await gone(dialog);

    await seen(refunds(host).getByText(refund.statuses.succeeded));
    await seen(refunds(host).getByText("One was dented"));
    await reads(refunds(host), refund.left("€64.00"));
    expect(await refunds(host).getByRole("listitem").count()).toBe(1);
    await seen(page.getByText(refund.restocked(1)));
    expect.soft(await findBarriers(page)).toEqual([]);
    await reads(hat, buyer.words.common.unitsLeft(2));

    await host.go("orders");
    const row = page.getByRole("row").filter({ hasText: order });
    await reads(row, refund.given("€64.00"));
    await cast.dismiss(buyer.person);
  });

  it("explains a dispute, and offers neither refund nor parcel until it is won", async () => {
    const { orders } = host.words;
    const { page } = host;
    const options = { userAgent: IN_APP };
    const buyer = await cast.viewer({ name: "a doubter", lang: "en", device: "desktop", options });
    await buyer.watch(cast.server.viewerUrl);
    await buyer.openProduct(SCARF);
    await buyer.buyButton.click();
    await buyer.isHolding();
    const pay = await buyer.openPayPage();
    const payUrl = pay.page.url();
    await pay.payAs("Anna Bianchi", "anna@example.com");
    await new Viewer(buyer.person, pay.page).readsConfirmation();
    const order = await buyer.readsConfirmation();
    await pay.page.goto(payUrl);
    await pay.openAfterwards();
    await pay.press("Contesta il pagamento", "Dispute the payment");

    await openOrder(host, order);
    await reloadUntilSeen(host, orders.disputes.open);
    await seen(page.getByText(orders.disputed));
    expect.soft(await findBarriers(page)).toEqual([]);
    expect(await host.button(orders.refund.open).count()).toBe(0);
    expect(await host.button(orders.markSent).count()).toBe(0);

    await pay.openAfterwards();
    await pay.press("La contestazione va a favore del negozio", "The shop wins the dispute");
    await reloadUntilSeen(host, orders.disputes.won);
    await seen(host.button(orders.refund.open));
    await seen(host.button(orders.markSent));
    await cast.dismiss(buyer.person);
  });

  it("ends a reservation after asking", async () => {
    const { reservation } = host.words.orders;
    const { page } = host;
    const buyer = await cast.viewer({ name: "a ditherer", lang: "en", device: "phone" });
    await buyer.watch(cast.server.viewerUrl);
    await buyer.openProduct(PLAID);
    await buyer.buyButton.click();
    await buyer.isHolding();
    await buyer.payBeside();

    await host.go("orders");
    await page.getByText(host.words.orders.views.waiting, { exact: true }).click();
    await page.getByRole("row").filter({ hasText: PLAID }).getByRole("link").click();
    await host.button(reservation.end).click();
    await seen(page.getByText(reservation.sure));
    expect.soft(await findBarriers(page)).toEqual([]);
    expect(await hasFocus(host.button(reservation.keep))).toBe(true);
    await host.button(reservation.confirm).click();
    await seen(page.getByText(host.words.orderStatus.expired, { exact: true }));
    await seen(buyer.dialog.getByText(buyer.words.expiredTitle));
    await cast.dismiss(buyer.person);
  });
});

function refunds(host: Host) {
  return host.page.getByRole("region", { name: host.words.orders.refund.title, exact: true });
}

async function openOrder(host: Host, order: string): Promise<void> {
  await host.go("orders");
  await host.page.getByRole("link", { name: order }).click();
  await seen(host.heading(host.words.orders.title1(order)));
}

/** What the provider tells by webhook is there when the page is opened anew. */
async function reloadUntilSeen(host: Host, text: string): Promise<void> {
  await expect
    .poll(async () => {
      await host.page.reload();
      await seen(host.heading(host.words.orders.history));
      return host.page.getByText(text).count();
    })
    .toBe(1);
}

/** Buys some pieces as Anna and tells the order's number; the confirmation stays open. */
async function buy(buyer: Viewer, title: string, units: number): Promise<string> {
  await buyer.openProduct(title);
  for (let more = 1; more < units; more += 1) {
    await buyer.dialog.getByRole("button", { name: buyer.words.more }).click();
  }
  await buyer.buyButton.click();
  await buyer.isHolding();
  const pay = await buyer.payBeside();
  await pay.payAs("Anna Bianchi", "anna@example.com");
  return buyer.readsConfirmation();
}
