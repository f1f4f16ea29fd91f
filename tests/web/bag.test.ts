/** Several things in one purchase: gathered, kept, paid at once, and what may come in between. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { findBarriers } from "./support/axe";
import { IN_APP } from "./support/browser";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { startDemo } from "./support/server";
import { Viewer } from "./support/viewer";
import { gone, hasFocus, holds, reads, seen, tabTo } from "./support/wait";

const SHOW = "Novità d'autunno in diretta";
const SCARF = "Foulard di seta Ginestra";
/** The demo has one of it. */
const VASE = "Vaso in ceramica Duna";
/** The demo has two of it. */
const PLAID = "Plaid di lana Montagna";
/** The demo has three of it. */
const HAT = "Cappello di feltro Brina";

const cast = useCast(() => startDemo());
let host: Host;
let anna: Viewer;
let ben: Viewer;

beforeAll(async () => {
  host = await cast.host({ name: "the host", lang: "it", device: "desktop" });
  // She came by a link in a chat, so she pays in a tab of its own.
  const options = { userAgent: IN_APP };
  anna = await cast.viewer({ name: "Anna", lang: "it", device: "phone", options });
  ben = await cast.viewer({ name: "Ben", lang: "en", device: "desktop" });
  await host.signIn(cast.server.studioUrl);
  await host.openLive(SHOW);
  await Promise.all([anna.watch(cast.server.viewerUrl), ben.watch(cast.server.viewerUrl)]);
});

async function isOpenToAll(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await findBarriers(page), colorScheme).toEqual([]);
  }
}

describe("a bag", () => {
  it("buys two different things in one checkout, on a phone", async () => {
    await anna.addToBag(HAT);
    await anna.addToBag(PLAID, 2);
    await reads(anna.bagButton, "3");
    await anna.reload();
    await reads(anna.bagButton, "3");
    await isOpenToAll(anna.page);
    await anna.openBag();
    await isOpenToAll(anna.page);
    await reads(anna.checkOutButton, /242,00/);
    await anna.checkOutButton.click();
    await anna.isHolding();
    await seen(anna.dialog.getByText(HAT));
    await seen(anna.dialog.getByText(PLAID));

    const pay = await anna.openPayPage();
    await seen(pay.page.getByText(HAT));
    await seen(pay.page.getByText(PLAID));
    await pay.payAs("Anna Bianchi", "anna@example.com");
    const order = await new Viewer(anna.person, pay.page).readsConfirmation();
    expect(await anna.readsConfirmation()).toBe(order);
    await pay.page.close();
    await anna.dialog.getByRole("button", { name: anna.words.backToShow }).click();
    await gone(anna.dialog);
    await gone(anna.bagButton);

    const card = host.orders.getByRole("listitem").filter({ hasText: order });
    await reads(card, /242,00/);
  });

  it("names what somebody took first, and goes on without it", async () => {
    const cleo = await cast.viewer({ name: "Cleo", lang: "en", device: "desktop" });
    const hold = await cleo.holdEvents();
    await cleo.watch(cast.server.viewerUrl);
    await cleo.addToBag(VASE);
    await cleo.addToBag(SCARF);
    hold.begin();
    await host.pin(VASE);
    await ben.seesOnScreen(VASE);
    await ben.buyFromCard(VASE);

    await cleo.openBag();
    cleo.person.expects(/status of 409 .*\/checkouts/);
    await cleo.checkOutButton.click();
    const alert = cleo.dialog.getByRole("alert");
    await reads(alert, `${VASE}: ${cleo.words.common.problems.sold_out}`);
    await isOpenToAll(cleo.page);
    hold.end();
    await reads(cleo.dialog.getByRole("listitem").first(), cleo.words.common.soldOut);
    await alert.getByRole("button", { name: cleo.words.bagWords.goOnWithout }).click();
    await cleo.isHolding();
    const page = cleo.page.frameLocator("iframe.pay-frame");
    await seen(page.getByText(SCARF));
    expect(await page.getByText(VASE).count()).toBe(0);

    // Given up, it can be taken back in.
    await cleo.dialog.getByRole("button", { name: cleo.words.release }).click();
    await cleo.dialog.getByRole("button", { name: cleo.words.putBack }).click();
    await seen(cleo.checkOutButton);
    await reads(cleo.bagButton, "1");
    await cleo.closeDialog();

    await ben.dialog.getByRole("button", { name: ben.words.release }).click();
    await ben.dialog.getByRole("button", { name: ben.words.backToShow }).click();
    await cast.dismiss(cleo.person);
  });

  it("shows the reservation that is in its way, and is still there afterwards", async () => {
    await ben.addToBag(HAT);
    await host.pin(HAT);
    await ben.seesOnScreen(HAT);
    await ben.buyFromCard(HAT);
    // The page beside the sheet stays in use: the bag puts the payment aside.
    await ben.openBag();
    ben.person.expects(/status of 409 .*\/checkouts/);
    await ben.checkOutButton.click();
    await seen(ben.dialog.getByText(ben.words.existingHeld));
    await ben.dialog.getByRole("button", { name: ben.words.release }).click();
    await ben.dialog.getByRole("button", { name: ben.words.backToShow }).click();
    await seen(ben.checkOutButton);
    await ben.closeDialog();
  });

  it("can be filled and emptied by keyboard alone", async () => {
    const { page, words } = ben;
    const { keyboard } = page;
    await ben.openCard(HAT);
    const open = ben.dialog.getByRole("button", { name: words.openBag });
    await tabTo(page, open);
    await keyboard.press("Enter");
    const remove = ben.dialog.getByRole("button", { name: words.bagWords.removeLabel(HAT) });
    await tabTo(page, remove);
    await keyboard.press("Enter");
    await seen(ben.dialog.getByText(words.bagWords.emptyTitle));
    await holds(async () => expect(await hasFocus(page.locator("body"))).toBe(false));
    await keyboard.press("Escape");
    await gone(ben.dialog);
    await gone(ben.bagButton);
    await holds(async () => expect(await hasFocus(page.locator("body"))).toBe(false));
  });
});
