/** One host and two viewers hold a whole sale, and everything that may come between them and it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { IN_APP } from "./support/browser";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { REPOSITORY, startDemo } from "./support/server";
import { escaped, Viewer } from "./support/viewer";
import { gone, hasFocus, holds, reads, seen, tabTo } from "./support/wait";

const catalogue: {
  products: { handle: string; title: string; variants: { price: number; stock: number }[] }[];
  shows: { slug: string; title: string; status: string }[];
} = JSON.parse(readFileSync(join(REPOSITORY, "demo/catalogue.json"), "utf8"));

const show = catalogue.shows.find(({ status }) => status === "live")?.title ?? "";
const title = (handle: string) => {
  const product = catalogue.products.find((other) => other.handle === handle);
  if (!product) throw new Error(`the demo has no ${handle}`);
  return product.title;
};

const SCARF = title("foulard-seta-ginestra");
/** The demo has one of it. */
const VASE = title("vaso-ceramica-duna");
/** The demo has two of it. */
const PLAID = title("plaid-lana-montagna");
/** The demo has three of it, in one variant. */
const HAT = title("cappello-feltro-brina");
/** It comes in sizes. */
const DRESS = title("abito-midi-fiorella");

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
  await host.openLive(show);
  await Promise.all([anna.watch(cast.server.viewerUrl), ben.watch(cast.server.viewerUrl)]);
});

describe("a sale from the first pin to the last reload", () => {
  let order = "";

  it("shows a pin to everybody without a reload", async () => {
    await anna.seesOnScreen(SCARF);
    await host.pin(VASE);
    await Promise.all([anna.seesOnScreen(VASE), ben.seesOnScreen(VASE)]);
    await seen(anna.card.getByText(anna.words.common.unitsLeft(1)));
    await seen(ben.card.getByText(ben.words.common.unitsLeft(1)));
  });

  it("has the chat in one order for everybody, the host with a badge", async () => {
    await anna.sayAs("Anna", "Il vaso è fatto a mano?");
    await ben.sees("Il vaso è fatto a mano?");
    await ben.sayAs("Ben", "What a lovely glaze");
    await host.sees("What a lovely glaze");
    await host.say("Tornito da Rosa, a mano");
    await Promise.all([anna.sees("Tornito da Rosa, a mano"), ben.sees("Tornito da Rosa, a mano")]);
    const [atAnna, atBen, atHost] = [
      await anna.readChat(),
      await ben.readChat(),
      await host.readChat(),
    ];
    const said = (lines: { name: string; text: string }[]) =>
      lines.map(({ name, text }) => `${name}: ${text}`);
    expect(said(atAnna).slice(-3)).toEqual([
      "Anna: Il vaso è fatto a mano?",
      "Ben: What a lovely glaze",
      expect.stringContaining(": Tornito da Rosa, a mano"),
    ]);
    expect(said(atBen)).toEqual(said(atAnna));
    expect(said(atHost)).toEqual(said(atAnna));
    expect(atAnna.at(-1)?.badge).toBe(anna.words.common.role.owner);
    expect(atBen.at(-1)?.badge).toBe(ben.words.common.role.owner);
    expect(atAnna.slice(0, -1).every(({ badge }) => badge === null)).toBe(true);
  });

  it("takes a message away for everybody, and brings it back", async () => {
    const text = "What a lovely glaze";
    await host.line(text).hover();
    await host.button(host.words.chat.removeLabel("Ben")).click();
    await Promise.all([gone(anna.line(text)), gone(ben.line(text))]);
    await seen(ben.line(ben.words.messageRemoved));
    const notice = host.notice(host.words.chat.removedDone("Ben"));
    await letsClicksThrough(notice.locator(".toast__text"));
    await host.undo(host.words.chat.removedDone("Ben"));
    await Promise.all([anna.sees(text), ben.sees(text), host.sees(text)]);
    await gone(ben.line(ben.words.messageRemoved));
  });

  it("lets a muted viewer see why they cannot write", async () => {
    await host.line("What a lovely glaze").hover();
    await host.button(host.words.chat.muteLabel("Ben")).click();
    const why = ben.page.getByText(/^You cannot write until \d{2}:\d{2}\.$/);
    await seen(why);
    await gone(ben.box);
    await seen(anna.box);
    await host.undo(host.words.chat.muted("Ben"));
    await seen(ben.box);
    await gone(why);
    await ben.say("Back again");
    await anna.sees("Back again");
  });

  it("shows how long slow mode asks to wait, and lets go in time", async () => {
    const gino = await cast.viewer({ name: "Gino", lang: "it", device: "phone" });
    await gino.watch(cast.server.viewerUrl);
    await host.setSlowMode(10);
    await seen(ben.page.getByText(ben.words.slowMode(10)));
    await gino.sayAs("Gino", "Quanto è alto?");
    await ben.sees("Quanto è alto?");
    const wait = gino.page.getByRole("button", { name: /^Aspetta \d+ s/ });
    await seen(wait);
    const first = await secsOn(wait);
    expect(first).toBeLessThanOrEqual(10);
    await gino.box.fill("E largo?");
    await holds(async () => expect(await secsOn(wait)).toBeLessThan(first));
    expect(await gino.sendButton.isDisabled()).toBe(true);
    await gino.page.getByRole("button", { name: gino.words.send, exact: true }).click();
    await ben.sees("E largo?");
    await host.setSlowMode(0);
    await gone(ben.page.getByText(ben.words.slowMode(10)));
    await cast.dismiss(gino.person);
  });

  it("sells the last piece once, and everybody knows at once", async () => {
    const cleo = await cast.viewer({ name: "Cleo", lang: "en", device: "desktop" });
    const hold = await cleo.holdEvents();
    await cleo.watch(cast.server.viewerUrl);
    await cleo.openCard(VASE);
    await ben.openCard(VASE);
    hold.begin();

    await anna.buyFromCard(VASE);
    await seen(anna.dialog.getByText(VASE));

    // Ben had the sheet open: it says so before he clicks.
    await reads(ben.buyButton, ben.words.common.soldOut);
    expect(await ben.buyButton.isDisabled()).toBe(true);
    await ben.closeDialog();
    await seen(ben.card.getByText(ben.words.common.soldOut));

    // Cleo's page has not heard of it: the server refuses, the page explains.
    cleo.person.expects(/status of 409 .*\/checkouts/);
    await cleo.buyButton.click();
    await reads(cleo.dialog.getByRole("alert"), cleo.words.common.problems.sold_out);
    hold.end();
    await reads(cleo.buyButton, cleo.words.common.soldOut);
    await cast.dismiss(cleo.person);

    await seen(host.orders.getByText(VASE));
    await reads(host.orders.getByRole("timer"), /^\d{1,2}:\d{2}$/);
  });

  it("confirms the paid order where it was paid and where it is watched", async () => {
    const pay = await anna.openPayPage();
    await seen(pay.page.getByText(VASE));
    await pay.payAs("Anna Bianchi", "anna@example.com");
    const back = new Viewer(anna.person, pay.page);
    order = await back.readsConfirmation();
    expect(await anna.readsConfirmation()).toBe(order);
    await back.page.close();
    await anna.closeDialog();

    const card = host.orders.getByRole("listitem").filter({ hasText: order });
    await seen(card.getByText("Anna Bianchi"));
    await seen(card.getByText(host.words.orderStatus.paid));
    await reads(host.figure(host.words.sales.total), /52,00/);
    await reads(host.figure(host.words.sales.orders(1)), "1");
  });

  it("finds everything in its place after a reload", async () => {
    const before = await ben.readChat();
    await Promise.all([anna.reload(), ben.reload(), host.page.reload()]);
    await Promise.all([anna.seesOnScreen(VASE), ben.seesOnScreen(VASE)]);
    await seen(anna.card.getByText(anna.words.common.soldOut));
    await seen(ben.card.getByText(ben.words.common.soldOut));
    expect(await ben.readChat()).toEqual(before);
    expect((await anna.readChat()).map(({ text }) => text)).toEqual(before.map(({ text }) => text));
    await anna.say("Arrivata fino in fondo");
    await ben.sees("Arrivata fino in fondo");
    expect((await ben.readChat()).at(-1)?.name).toBe("Anna");

    await seen(host.orders.getByText(order));
    await reads(host.figure(host.words.sales.total), /52,00/);
    await seen(host.lineup.getByRole("button", { name: host.words.live.unpinLabel(VASE) }));
    await host.orders.getByRole("link", { name: host.words.sales.open(order) }).click();
    await seen(host.page.getByText("anna@example.com"));
    await host.page.goBack();
    await seen(host.sales);
  });
});

describe("what may come in between", () => {
  it("keeps the piece when the card is declined, and takes the next one", async () => {
    await host.pin(HAT);
    await anna.seesOnScreen(HAT);
    await anna.buyFromCard(HAT);
    const pay = await anna.openPayPage();
    await pay.decline();
    await reads(pay.page.getByRole("alert"), "La carta è stata rifiutata");
    await seen(ben.card.getByText(ben.words.common.unitsLeft(2)));
    await seen(anna.payLink);
    await pay.payAs("Anna Bianchi", "anna@example.com");
    await new Viewer(anna.person, pay.page).readsConfirmation();
    await pay.page.close();
    await anna.readsConfirmation();
    await anna.closeDialog();
    await reads(host.figure(host.words.sales.total), /116,00/);
  });

  it("gives cancelled pieces back to everybody", async () => {
    await host.pin(PLAID);
    await anna.openProduct(PLAID);
    await anna.dialog.getByRole("button", { name: anna.words.more }).click();
    await reads(anna.buyButton, /178,00/);
    await anna.buyButton.click();
    await anna.isHolding();
    await ben.seesOnScreen(PLAID);
    await seen(ben.card.getByText(ben.words.common.soldOut));

    await anna.dialog.getByRole("button", { name: anna.words.release }).click();
    await seen(anna.dialog.getByText(anna.words.cancelledTitle));
    await seen(ben.card.getByText(ben.words.common.unitsLeft(2)));
    await anna.dialog.getByRole("button", { name: anna.words.backToShow }).click();
    await seen(anna.card.getByText(anna.words.common.unitsLeft(2)));
    await reads(host.orders.getByRole("listitem").first(), host.words.orderStatus.expired);
  });

  it("survives a cut of the network without losing or doubling a message", async () => {
    anna.person.expects(/ERR_INTERNET_DISCONNECTED/);
    await anna.person.context.setOffline(true);
    const { connection } = anna.words.common;
    await seen(anna.page.getByText(connection.offline));

    await anna.say("Scritto senza rete");
    await seen(anna.line("Scritto senza rete").getByText(anna.words.queued));
    await seen(anna.page.getByText(anna.words.waitingMessages(1)));
    await ben.say("While she is away");
    await host.say("Anche questo le manca");
    await ben.sees("Anche questo le manca");
    expect(await ben.line("Scritto senza rete").count()).toBe(0);
    await host.pin(SCARF);

    await anna.person.context.setOffline(false);
    await gone(anna.page.getByText(connection.offline));
    await seen(anna.page.getByText(anna.words.missed(2)));
    await anna.seesOnScreen(SCARF);
    await ben.sees("Scritto senza rete");
    await gone(anna.page.getByText(anna.words.queued));
    const [atAnna, atBen] = [await anna.readChat(), await ben.readChat()];
    expect(atAnna.map(({ text }) => text)).toEqual(atBen.map(({ text }) => text));
    expect(atAnna.slice(-3).map(({ text }) => text)).toEqual([
      "While she is away",
      "Anche questo le manca",
      "Scritto senza rete",
    ]);
  });

  it("changes its language in place and remembers it", async () => {
    await reads(anna.card, /69,00\s€/);
    const { it, en } = { it: Viewer.words("it"), en: Viewer.words("en") };
    await anna.page.getByRole("button", { name: it.common.languages.en }).click();
    await seen(anna.page.getByRole("textbox", { name: en.messageLabel }));
    await seen(anna.page.getByRole("region", { name: en.onScreen, exact: true }));
    await reads(anna.page.getByRole("article"), "€69.00");
    expect(await anna.page.locator("html").getAttribute("lang")).toBe("en");
    await anna.page.reload();
    await seen(anna.page.getByRole("textbox", { name: en.messageLabel }));
    await anna.page.getByRole("button", { name: en.common.languages.it }).click();
    await seen(anna.page.getByRole("textbox", { name: it.messageLabel }));
  });

  it("can be bought by keyboard alone", async () => {
    const dora = await cast.viewer({ name: "Dora", lang: "en", device: "desktop" });
    await dora.watch(cast.server.viewerUrl);
    await host.pin(DRESS);
    await dora.seesOnScreen(DRESS);
    const { keyboard } = dora.page;

    const card = dora.onScreen.getByRole("button", { name: dora.words.details(DRESS) });
    await tabTo(dora.page, card);
    await keyboard.press("Enter");
    await seen(dora.dialog);
    await tabTo(dora.page, dora.dialog.getByRole("radio", { name: "S" }));
    await keyboard.press("ArrowRight");
    expect(await dora.dialog.getByRole("radio", { name: "M" }).isChecked()).toBe(true);
    await tabTo(dora.page, dora.buyButton);
    await keyboard.press("Enter");
    await dora.isHolding();
    const pay = await dora.payBeside();
    await seen(pay.page.getByText(DRESS));

    // Through the payment page and out of it again.
    await tabTo(dora.page, pay.payButton);
    await tabTo(dora.page, dora.dialog.getByRole("button", { name: dora.words.payElsewhere }));
    await keyboard.press("Escape");
    await gone(dora.dialog);
    const held = dora.page.getByRole("button", { name: new RegExp(escaped(dora.words.heldTitle)) });
    await tabTo(dora.page, held);
    await keyboard.press("Enter");
    const release = dora.dialog.getByRole("button", { name: dora.words.release });
    await tabTo(dora.page, release);
    await keyboard.press("Enter");
    await seen(dora.dialog.getByText(dora.words.cancelledTitle));
    await keyboard.press("Escape");
    await gone(dora.dialog);
    // What opened the panel is gone with the reservation; the focus is not lost with it.
    await holds(async () => expect(await hasFocus(dora.page.locator("body"))).toBe(false));
    await cast.dismiss(dora.person);
  });

  it("keeps still for whoever asked for less motion", async () => {
    const [lively, calm] = [
      await cast.viewer({ name: "Elio", lang: "it", device: "phone" }),
      await cast.viewer({
        name: "Fede",
        lang: "it",
        device: "phone",
        options: { reducedMotion: "reduce" },
      }),
    ];
    const hearts = countHearts(calm);
    await Promise.all([lively, calm].map((viewer) => viewer.watch(cast.server.viewerUrl)));
    const floating = (viewer: Viewer) => viewer.page.locator(".heart-float");
    await calm.page.getByRole("button", { name: calm.words.heart }).click();
    await seen(floating(lively));
    await lively.page.getByRole("button", { name: lively.words.heart }).click();
    // The heart that the others saw has reached this page too.
    await holds(() => expect(hearts.told).toBeGreaterThanOrEqual(2));
    expect(await floating(calm).count()).toBe(0);
    await calm.openProducts();
    await seen(calm.dialog);
    expect(await movingElements(calm)).toEqual([]);
    await Promise.all([lively, calm].map(({ person }) => cast.dismiss(person)));
  });
});

/** The seconds that a button counts down. */
async function secsOn(button: Locator): Promise<number> {
  return Number.parseInt((await button.textContent()) ?? "", 10);
}

/** Counts the hearts that the server tells this page of. */
function countHearts(viewer: Viewer): { told: number } {
  const hearts = { told: 0 };
  viewer.page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      hearts.told += Number(/"hearts":(\d+)/.exec(payload.toString())?.[1] ?? 0);
    }),
  );
  return hearts;
}

/** Whatever is still on its way somewhere, by what it is called in the style sheets. */
function movingElements(viewer: Viewer): Promise<string[]> {
  return viewer.page.evaluate(() =>
    document
      .getAnimations()
      .filter((animation) => Number(animation.effect?.getComputedTiming().duration ?? 0) > 50)
      .map((animation) =>
        animation.effect instanceof KeyframeEffect
          ? (animation.effect.target?.className ?? "")
          : "",
      ),
  );
}

/** What lies under a notice can be pressed, although the notice is seen on top of it. */
async function letsClicksThrough(words: Locator): Promise<void> {
  await seen(words);
  const pressed = await words.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const below = document.elementFromPoint(x + width / 2, y + height / 2);
    return below === null ? "nothing" : below.closest(".toast") === null ? "below" : "notice";
  });
  expect(pressed).toBe("below");
}
