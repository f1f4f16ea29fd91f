/** The states of the interface that are rarer, or that somebody has to bring about; see `screens.ts`. */
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, it } from "vitest";
import { offersEn } from "../../web/src/i18n/offers.en";
import { offersIt } from "../../web/src/i18n/offers.it";
import { syncEn } from "../../web/src/i18n/sync.en";
import { syncIt } from "../../web/src/i18n/sync.it";
import type { Link, MadeOverlayKey, NewViewer, ShowView } from "../../web/src/lib/types";
import { apiOf, productOf } from "./support/api";
import { useCast } from "./support/cast";
import { draw, LOOKS, type Look, picture, WALK_MS } from "./support/draw";
import type { Host } from "./support/host";
import { startDemo, startFresh } from "./support/server";
import type { Viewer } from "./support/viewer";
import { gone, reads, seen } from "./support/wait";

const SCARF = "Foulard di seta Ginestra";
const BAG = "Borsa a secchiello Corteccia";
const HAT = "Cappello di feltro Brina";
const PLAID = "Plaid di lana Montagna";
const PASSWORD = "tre gatti sul davanzale";
const OFFERS = { it: offersIt, en: offersEn };
const SYNC = { it: syncIt, en: syncEn };

/** Where no bar covers it. */
const inTheMiddle = (locator: Locator) =>
  locator.first().evaluate((element) => element.scrollIntoView({ block: "center" }));

describe("in the demo shop", () => {
  const cast = useCast(() => startDemo());
  const ask = apiOf(() => cast.server);
  const show = () => `/shows/${cast.server.showId}`;
  const find = (title: string) => productOf(ask, cast.server.showId, title);
  const nameOf = ({ device, lang }: Look) => `${device} ${lang}`;
  let host: Host;

  const pin = async (title: string) =>
    ask(`${show()}/featured-products/${(await find(title)).id}`, "PUT");
  const enter = async (look: Look): Promise<{ viewer: Viewer; page: Page }> => {
    const viewer = await cast.viewer({ name: nameOf(look), ...look });
    return { viewer, page: viewer.page };
  };

  beforeAll(async () => {
    host = await cast.host({ name: "the host", device: "desktop", lang: "it" });
    await host.signIn(cast.server.studioUrl);
    await pin(SCARF);
  });

  it.each(LOOKS)(
    "a show that is over, on a $device in $lang",
    { timeout: WALK_MS },
    async (look) => {
      const { viewer, page } = await enter(look);
      const slug = `saldi-${look.device}-${look.lang}`;
      const title = "Serata di prova";
      const made = await ask<ShowView>("/shows", "POST", { title, slug, video: { kind: "demo" } });
      await ask(`/shows/${made.id}/status`, "PUT", { status: "live" });
      await ask(`/shows/${made.id}/status`, "PUT", { status: "ended" });
      await page.goto(`${cast.server.baseUrl}/show/${slug}`);
      await seen(page.getByText(viewer.words.endedTitle));
      await draw(page, "state-01-ended-without-replay", look);
      await page.goto(cast.server.baseUrl);
      await seen(page.getByText(viewer.words.withReplay));
      await inTheMiddle(page.getByText(viewer.words.withReplay));
      await draw(page, "state-02-storefront-past", look);
      await cast.dismiss(viewer.person);
    },
  );

  it.each(LOOKS)("offers and prices, on a $device in $lang", { timeout: WALK_MS }, async (look) => {
    const { viewer, page } = await enter(look);
    const words = OFFERS[look.lang];
    const bag = await find(BAG);
    const full = bag.variants[0]?.price ?? { amount: 0, currency: "EUR" };
    // Each look has an offer of its own: the same again would be refused.
    const nth = LOOKS.indexOf(look) + 1;
    const price = { ...full, amount: full.amount - 1000 * nth };
    const held = await viewer.holdEvents();
    await viewer.watch(cast.server.viewerUrl);
    await pin(BAG);
    await viewer.seesOnScreen(BAG);
    const start = (terms: object) =>
      ask<{ id: string }>(`${show()}/offers`, "POST", { product_id: bag.id, price, ...terms });
    const offer = await start({ secs: 900, units: 6, units_per_buyer: 2 });
    await seen(viewer.card.getByText(words.left(6)));
    await draw(page, "state-10-offer-running", look);
    await viewer.openCard(BAG);
    await seen(viewer.dialog.getByText(words.endsIn));
    await draw(page, "state-11-offer-in-sheet", look);
    await ask(`${show()}/offers/${offer.id}/status`, "PUT", { status: "ended" });
    await gone(viewer.dialog.getByText(words.endsIn));
    await draw(page, "state-12-offer-ended", look);
    // The page has not heard of the new price when its viewer buys.
    const variant = bag.variants[0]?.id;
    held.begin();
    const dearer = { ...full, amount: full.amount + 100 * nth };
    await ask(`/variants/${variant}`, "PATCH", { price: dearer, compare_at: null });
    viewer.person.expects(/status of 409 .*\/checkouts/);
    await viewer.buyButton.click();
    await seen(viewer.dialog.getByRole("alert"));
    await draw(page, "state-13-price-changed", look);
    held.end();
    await ask(`/variants/${variant}`, "PATCH", { price: full });
    await viewer.closeDialog();
    await pin(PLAID);
    await viewer.seesOnScreen(PLAID);
    await draw(page, "state-14-last-pieces", look);
    const only = (await find(PLAID)).variants[0]?.id;
    await ask(`/variants/${only}/stock`, "PUT", { stock: 0 });
    await seen(viewer.card.getByText(viewer.words.common.soldOut));
    await viewer.openCard(PLAID);
    await draw(page, "state-15-sold-out", look);
    await ask(`/variants/${only}/stock`, "PUT", { stock: 2 });
    await cast.dismiss(viewer.person);
  });

  it.each(LOOKS)(
    "questions and a payment, on a $device in $lang",
    { timeout: WALK_MS },
    async (look) => {
      const { viewer, page } = await enter(look);
      await viewer.watch(cast.server.viewerUrl);
      await page.locator(".questions-button").click();
      await seen(viewer.dialog.locator(".question").first());
      await draw(page, "state-20-questions", look);
      await viewer.closeDialog();
      await viewer.openProduct(SCARF);
      await viewer.buyButton.click();
      await viewer.isHolding();
      await viewer.payBeside();
      const open = await ask<{ items: { id: string }[] }>("/orders?status=open", "GET");
      await ask(`/orders/${open.items[0]?.id}/reservation`, "DELETE");
      await seen(viewer.dialog.getByText(viewer.words.expiredTitle));
      await draw(page, "state-21-time-is-up", look);
      await cast.dismiss(viewer.person);
    },
  );

  it.each(LOOKS)("the player, on a $device in $lang", { timeout: WALK_MS }, async (look) => {
    const { viewer, page } = await enter(look);
    viewer.person.expects(/ERR_FAILED/);
    await page.route(/\/demo\/(live\.m3u8|seg)/, (route) => route.abort());
    await viewer.watch(cast.server.viewerUrl);
    await seen(page.getByText(viewer.words.cannotPlayTitle));
    await draw(page, "state-30-cannot-play", look);
    await page.unroute(/\/demo\/(live\.m3u8|seg)/);
    await page.addInitScript(() => {
      HTMLMediaElement.prototype.play = () =>
        Promise.reject(new DOMException("a tap is wanted", "NotAllowedError"));
    });
    await viewer.reload();
    await seen(page.locator(".big-play"));
    await draw(page, "state-31-tap-to-play", look);
    await cast.dismiss(viewer.person);
  });

  it.each(LOOKS)("far behind, on a $device in $lang", { timeout: WALK_MS }, async (look) => {
    const { viewer, page } = await enter(look);
    await viewer.watch(cast.server.viewerUrl);
    await seen(page.locator(".latency"));
    let open: () => void = () => undefined;
    const opened = new Promise<void>((done) => {
      open = done;
    });
    await page.route(/\/demo\/(live\.m3u8|seg)/, async (route) => {
      await opened;
      await route.continue().catch(() => undefined);
    });
    await seen(page.locator("button.latency.is-behind"));
    await draw(page, "state-32-far-behind", look);
    open();
    await cast.dismiss(viewer.person);
  });

  it.each(LOOKS)("the connection, on a $device in $lang", { timeout: WALK_MS }, async (look) => {
    const { viewer, page } = await enter(look);
    viewer.person.expects(/ERR_INTERNET_DISCONNECTED/);
    let drain: () => void = () => undefined;
    await page.routeWebSocket(/\/socket$/, (socket) => {
      socket.connectToServer();
      drain = () => {
        socket.send('{"t":"drain","retry_ms":8000}');
        void socket.close({ code: 1012 });
      };
    });
    await viewer.watch(cast.server.viewerUrl);
    drain();
    await seen(page.getByText(viewer.words.common.connection.draining));
    await draw(page, "state-40-restart", look);
    await gone(page.getByText(viewer.words.common.connection.draining));
    await viewer.isIn();
    await cast.dismiss(viewer.person);

    const back = (await enter(look)).viewer;
    back.person.expects(/ERR_INTERNET_DISCONNECTED/);
    await back.watch(cast.server.viewerUrl);
    await back.person.context.setOffline(true);
    await seen(back.page.getByText(back.words.common.connection.offline));
    await host.page.goto(`${cast.server.baseUrl}/studio/shows/${cast.server.showId}`);
    for (const text of ["Eccoci", "Si ricomincia"]) await host.say(`${text}, ${nameOf(look)}`);
    await back.person.context.setOffline(false);
    await seen(back.page.getByText(back.words.missed(2)));
    await draw(back.page, "state-41-back-again", look);

    back.person.expects(/socket|WebSocket/);
    await back.sayAs(`Ugo ${nameOf(look)}`, `Sono qui, ${nameOf(look)}`);
    await host.sees(`Sono qui, ${nameOf(look)}`);
    await host.line(`Sono qui, ${nameOf(look)}`).hover();
    await host.button(host.words.chat.banLabel(`Ugo ${nameOf(look)}`)).click();
    await seen(back.page.getByText(back.words.bannedText));
    await draw(back.page, "state-42-banned", look);
    // The next look comes from the same address, which the ban keeps away too.
    await host.page.getByRole("button", { name: host.words.chat.people }).click();
    await host.button(host.words.chat.unbanLabel(`Ugo ${nameOf(look)}`)).click();
    await host.page.keyboard.press("Escape");
    await cast.dismiss(back.person);
  });

  it.each(LOOKS)("to members, on a $device in $lang", { timeout: WALK_MS }, async (look) => {
    const { cookies } = await host.person.context.storageState({ indexedDB: false });
    const options = { storageState: { cookies, origins: [] } };
    const member = await cast.host({ name: `Member ${nameOf(look)}`, ...look, options });
    const { page, words } = member;
    await page.goto(`${cast.server.baseUrl}/studio/shows/${cast.server.showId}/edit`);
    await page.getByRole("radio", { name: words.video.youtube }).check({ force: true });
    await seen(page.getByText(SYNC[look.lang].frameHint));
    const slider = page.getByRole("slider", { name: SYNC[look.lang].label });
    await slider.focus();
    for (let press = 0; press < 25; press += 1) await page.keyboard.press("ArrowRight");
    await inTheMiddle(slider);
    await draw(page, "state-50-show-in-step", look);

    const link = await ask<Link>("/links", "POST", {
      show_id: cast.server.showId,
      source: "newsletter",
      label: "Novembre",
    });
    const { token } = await ask<NewViewer>(`${show()}/viewers`, "POST", {});
    const scarf = await find(SCARF);
    const lines = [{ variant_id: scarf.variants[0]?.id, units: 1 }];
    const body = { lines, language: "it", ui: "hosted", ship_to: "IT", link: link.code };
    const order = await ask<{ id: string }>(`${show()}/checkouts`, "POST", body, token);
    await page.goto(`${cast.server.baseUrl}/studio/orders/${order.id}`);
    await seen(page.getByText(`/l/${link.code}`));
    await inTheMiddle(page.getByText(`/l/${link.code}`));
    await draw(page, "state-51-order-by-link", look);
    await cast.dismiss(member.person);
  });

  it("an offer over a stream", { timeout: WALK_MS }, async () => {
    const { token } = await ask<MadeOverlayKey>("/overlay-keys", "POST", {
      name: "OBS",
      source: "youtube",
    });
    const hat = await find(HAT);
    const price = { amount: 5400, currency: "EUR" };
    await pin(HAT);
    await ask(`${show()}/offers`, "POST", { product_id: hat.id, price, secs: 600, units: 3 });
    for (const [name, width, height, query] of [
      ["landscape", 1920, 1080, ""],
      ["portrait", 1080, 1920, "?position=bottom&y=480&theme=dark"],
    ] as const) {
      const options = { viewport: { width, height }, deviceScaleFactor: 1 };
      const obs = await cast.viewer({ name, device: "desktop", lang: "it", options });
      await obs.page.goto(`${cast.server.baseUrl}/overlay/current${query}#key=${token}`);
      await seen(obs.page.locator(".card-qr:not(.is-pending)"));
      await reads(obs.page.locator(".card-left"), offersIt.left(3));
      await picture(obs.page, `overlay-offer-${name}`, { omitBackground: true });
      await cast.dismiss(obs.person);
    }
  });
});

describe("a shop that has just begun", () => {
  const cast = useCast(() => startFresh());

  it("has no show yet", { timeout: WALK_MS }, async () => {
    const founder = await cast.host({ name: "the founder", device: "desktop", lang: "it" });
    const { setup, shows } = founder.words;
    const { page } = founder;
    await page.goto(cast.server.setupUrl);
    await page.getByLabel(setup.shopName).fill("Officina Nove");
    await page.getByLabel(setup.ownerName).fill("Rosa Neri");
    await page.getByLabel(setup.email).fill("rosa@example.com");
    await page.getByLabel(setup.password, { exact: true }).fill(PASSWORD);
    await founder.button(setup.submit).click();
    await seen(founder.heading(shows.emptyTitle));
    const { cookies } = await founder.person.context.storageState({ indexedDB: false });
    for (const look of LOOKS) {
      const options = { storageState: { cookies, origins: [] } };
      const member = await cast.host({ name: "a member", ...look, options });
      await member.page.goto(`${cast.server.baseUrl}/studio`);
      await seen(member.heading(member.words.shows.emptyTitle));
      await draw(member.page, "state-60-studio-empty", look);
      await cast.dismiss(member.person);
      const guest = await cast.viewer({ name: "a guest", ...look });
      await guest.page.goto(cast.server.baseUrl);
      await seen(guest.page.getByRole("heading", { name: guest.words.noShowsTitle }));
      await draw(guest.page, "state-61-no-show-yet", look);
      await cast.dismiss(guest.person);
    }
  });
});
