/**
 * Walks through the states of the interface, on phone and desktop, in both languages; the rarer
 * ones are in `states.ts`.
 *
 * `npm --prefix web run screens` draws them into `target/screens` for eyes; without it axe looks.
 */
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { linksEn } from "../../web/src/i18n/links.en";
import { linksIt } from "../../web/src/i18n/links.it";
import { membersEn } from "../../web/src/i18n/members.en";
import { membersIt } from "../../web/src/i18n/members.it";
import { orderEn } from "../../web/src/i18n/order.en";
import { orderIt } from "../../web/src/i18n/order.it";
import { privacyEn } from "../../web/src/i18n/privacy.en";
import { privacyIt } from "../../web/src/i18n/privacy.it";
import { studioPrivacyEn } from "../../web/src/i18n/studioPrivacy.en";
import { studioPrivacyIt } from "../../web/src/i18n/studioPrivacy.it";
import { useCast } from "./support/cast";
import { draw, isDrawing, LOOKS, type Look, picture, WALK_MS } from "./support/draw";
import type { Host } from "./support/host";
import { startDemo, startFresh } from "./support/server";
import { answerWith, call, type Shop, startShop } from "./support/shop";
import { escaped, type Viewer } from "./support/viewer";
import { gone, holds, seen } from "./support/wait";

const SHOW = "Novità d'autunno in diretta";
const SCARF = "Foulard di seta Ginestra";
const BAG = "Borsa a secchiello Corteccia";
const HAT = "Cappello di feltro Brina";
const JUMPER = "Maglione a trecce Rifugio";
const PLAID = "Plaid di lana Montagna";
const ORDER = { it: orderIt, en: orderEn };
const PRIVACY = { it: privacyIt, en: privacyEn };
const STUDIO_PRIVACY = { it: studioPrivacyIt, en: studioPrivacyEn };
const LINKS = { it: linksIt, en: linksEn };
const MEMBERS = { it: membersIt, en: membersEn };
const FILE = join(import.meta.dirname, "fixtures/shopify.csv");

/** Of the pictures in `docs/images`. */
const SCALE = 1.5;

describe("the demo shop", () => {
  const cast = useCast(() => startDemo());
  let host: Host;

  beforeAll(async () => {
    host = await cast.host({ name: "the host", device: "desktop", lang: "it" });
    await host.signIn(cast.server.studioUrl);
    await host.openLive(SHOW);
    await host.pin(JUMPER);
    await host.pin(HAT);
  });

  it.each(LOOKS)("to viewers, on a $device in $lang", { timeout: WALK_MS }, async (look) => {
    const viewer = await cast.viewer({ name: `Viewer ${look.device} ${look.lang}`, ...look });
    const { page, words } = viewer;
    const shot = (name: string) => draw(page, name, look);
    const base = cast.server.baseUrl;

    await page.goto(base);
    await seen(page.getByRole("heading", { name: words.liveNow }));
    await shot("viewer-01-storefront");
    await page.goto(`${base}/show/regali-sotto-i-cinquanta`);
    await seen(page.getByRole("timer"));
    await shot("viewer-02-scheduled");
    await page.goto(`${base}/show/cappotti-e-lino`);
    await seen(page.getByRole("slider", { name: words.replay.position }));
    await seen(page.locator(".scrubber-mark").first());
    await shot("viewer-03-replay");
    await page.goto(`${base}/show/cappotti-e-lino?t=250`);
    await seen(page.locator(".featured-card"));
    await shot("viewer-05-replay-later");
    if (viewer.person.isPhone) {
      await page.getByRole("button", { name: new RegExp(`^${words.replay.moments}`) }).click();
      await seen(page.locator(".moment").first());
      await shot("viewer-06-replay-moments");
    }
    viewer.person.expects(/status of 404 .*\/shows\/nowhere/);
    await page.goto(`${base}/show/nowhere`);
    await seen(page.getByText(words.missingTitle));
    await shot("viewer-04-missing");

    await viewer.watch(cast.server.viewerUrl);
    await viewer.seesOnScreen(HAT);
    await seen(page.locator(".latency"));
    await shot("viewer-10-live");
    await viewer.say("È adatto anche a chi porta gli occhiali?");
    await shot("viewer-11-name-asked");
    await page
      .getByRole("textbox", { name: words.nameTitle })
      .fill(`Rosa ${look.device} ${look.lang}`);
    await page.keyboard.press("Enter");
    await seen(viewer.line("È adatto anche"));
    await host.say(`Sì, anche con gli occhiali! (${look.device}, ${look.lang})`);
    await viewer.sees(`(${look.device}, ${look.lang})`);
    await shot("viewer-12-chatting");
    await viewer.openProducts();
    await shot("viewer-13-products");
    if (viewer.person.isPhone) {
      await viewer.closeDialog();
      await page.getByRole("button", { name: words.openChat }).click();
      await seen(viewer.dialog.getByRole("log"));
      await shot("viewer-14-chat");
      await viewer.closeDialog();
    } else {
      await page.getByRole("tab", { name: words.chat }).click();
    }
    await page.locator(".questions-button").click();
    const { questionWords } = words;
    await viewer.dialog
      .getByRole("textbox", { name: questionWords.askLabel })
      .fill(`Il cappello si può piegare? (${look.device}, ${look.lang})`);
    await viewer.dialog.getByRole("button", { name: questionWords.send, exact: true }).click();
    await seen(
      viewer.dialog.locator(".question").filter({ hasText: `(${look.device}, ${look.lang})` }),
    );
    await shot("viewer-14-questions");
    await viewer.closeDialog();
    await viewer.openProduct(JUMPER);
    await shot("viewer-15-product");
    await viewer.dialog.getByRole("button", { name: PRIVACY[look.lang].open }).click();
    await seen(viewer.dialog.getByText(PRIVACY[look.lang].intro));
    await shot("privacy-01-viewer");
    await viewer.dialog.getByRole("button", { name: PRIVACY[look.lang].erase }).click();
    await shot("privacy-02-viewer-confirm");
    await viewer.closeDialog();
    await viewer.openProduct(JUMPER);
    await viewer.closeDialog();
    await viewer.addToBag(SCARF);
    await viewer.addToBag(PLAID, 2);
    await shot("viewer-16-gathered");
    await viewer.openProduct(PLAID);
    await shot("viewer-17-in-the-bag");
    await viewer.closeDialog();
    await viewer.openBag();
    await shot("viewer-18-bag");
    for (const title of [SCARF, PLAID]) {
      const name = new RegExp(`^${escaped(words.bagWords.removeLabel(title))}`);
      await viewer.dialog.getByRole("button", { name }).click();
    }
    await seen(viewer.dialog.getByText(words.bagWords.emptyTitle));
    await shot("viewer-19-bag-empty");
    await viewer.closeDialog();
    await viewer.openProduct(BAG);
    await viewer.buyButton.click();
    await viewer.isHolding();
    const pay = await viewer.payBeside();
    await shot("viewer-20-reserved");
    await viewer.closeDialog();
    await shot("viewer-21-reserved-aside");
    await page.getByRole("button", { name: new RegExp(words.heldTitle) }).click();
    await seen(pay.payButton);
    await pay.decline();
    await seen(pay.page.getByRole("alert"));
    await shot("viewer-23-declined");
    await pay.payAs("Rosa Neri", "rosa@example.com");
    await viewer.readsConfirmation();
    await shot("viewer-25-paid");
    await viewer.closeDialog();

    await viewer.openProduct(PLAID);
    await viewer.dialog.getByRole("button", { name: words.more }).click();
    await viewer.buyButton.click();
    await viewer.isHolding();
    await viewer.dialog.getByRole("button", { name: words.release }).click();
    await seen(viewer.dialog.getByText(words.cancelledTitle));
    await shot("viewer-26-cancelled");
    await viewer.closeDialog();

    if (!viewer.person.isPhone) await page.getByRole("tab", { name: words.chat }).click();
    await host.setSlowMode(30);
    viewer.person.expects(/ERR_INTERNET_DISCONNECTED/);
    await viewer.say("Bellissimo");
    // Refused or taken, the next message has to wait.
    await seen(page.locator(".send.is-waiting"));
    await shot("viewer-30-slow-mode");
    await host.setSlowMode(0);
    await host.line(`Rosa ${look.device} ${look.lang}`).last().hover();
    await host.button(host.words.chat.muteLabel(`Rosa ${look.device} ${look.lang}`)).click();
    await gone(viewer.box);
    await shot("viewer-31-muted");
    await host.undo(host.words.chat.muted(`Rosa ${look.device} ${look.lang}`));
    await seen(viewer.box);
    await drawModeration(viewer, host, look);
    await viewer.person.context.setOffline(true);
    await seen(page.getByText(words.common.connection.offline));
    await viewer.box.fill("Scritto senza rete");
    await viewer.box.press("Enter");
    await shot("viewer-32-offline");
    await viewer.person.context.setOffline(false);
    await gone(page.getByText(words.common.connection.offline));
    await cast.dismiss(viewer.person);
  });

  it("to viewers while a show pauses and ends", { timeout: WALK_MS }, async () => {
    const viewers = [];
    for (const look of LOOKS) {
      const viewer = await cast.viewer({ name: `Waiting ${look.device} ${look.lang}`, ...look });
      await viewer.watch(cast.server.viewerUrl);
      viewers.push({ viewer, look });
    }
    await host.button(host.words.live.pause).click();
    for (const { viewer, look } of viewers) {
      await seen(viewer.page.getByText(viewer.words.pausedTitle));
      await draw(viewer.page, "viewer-40-paused", look);
    }
    await host.button(host.words.live.resume).click();
    for (const { viewer } of viewers) await cast.dismiss(viewer.person);
  });

  it.each(LOOKS)("to its members, on a $device in $lang", { timeout: WALK_MS }, async (look) => {
    const storageState = await host.person.context.storageState({ indexedDB: false });
    const cookies = { cookies: storageState.cookies, origins: [] };
    const guest = await cast.host({ name: "a guest", ...look });
    guest.person.expects(/status of 401 .*\/sessions/);
    await guest.page.goto(`${cast.server.baseUrl}/studio`);
    await seen(guest.heading(guest.words.signIn.title));
    await guest.page.getByLabel(guest.words.signIn.email).fill("rosa@example.com");
    await guest.page.getByLabel(guest.words.signIn.password, { exact: true }).fill("sbagliata");
    await guest.button(guest.words.signIn.submit).click();
    await seen(guest.page.getByRole("alert"));
    await draw(guest.page, "studio-01-sign-in", look);
    await cast.dismiss(guest.person);

    const member = await cast.host({
      name: `Member ${look.device} ${look.lang}`,
      ...look,
      options: { storageState: cookies },
    });
    const { page, words } = member;
    const shot = (name: string) => draw(page, name, look);
    await page.goto(`${cast.server.baseUrl}/studio`);
    await seen(page.getByText(SHOW));
    await shot("studio-02-shows");
    await member.openLive(SHOW);
    await seen(page.getByText(words.source.on_air));
    await shot("studio-03-live");
    if (look.device === "phone") {
      const panes = page.getByRole("navigation", { name: words.live.panes });
      await panes.getByRole("button", { name: words.live.paneChat }).click();
      await seen(panes.locator('[aria-current="true"]', { hasText: words.live.paneChat }));
      await shot("studio-04-live-chat");
      await panes.getByRole("button", { name: words.live.paneSales }).click();
      await seen(panes.locator('[aria-current="true"]', { hasText: words.live.paneSales }));
      await shot("studio-05-live-sales");
    } else {
      await member.button(words.keys.show).click();
      await shot("studio-04-live-keys");
      await page.keyboard.press("Escape");
    }
    if (look.device === "desktop") await page.keyboard.press("Escape");
    await member.button(words.figures.all).click();
    await seen(page.getByRole("dialog").getByRole("table", { name: words.figures.funnel }));
    await shot("studio-07-figures");
    await page.keyboard.press("Escape");
    if (look.device === "phone") {
      const panes = page.getByRole("navigation", { name: words.live.panes });
      await panes.getByRole("button", { name: words.live.paneChat }).click();
    }
    await member.openQuestions();
    const [next] = await page.locator(".asked:not(.asked--answered) .button.is-primary").all();
    await next?.click();
    await seen(page.getByRole("textbox", { name: words.desk.text }));
    await shot("studio-06-questions");
    await member.button(words.desk.aloud).click();
    await gone(page.getByRole("textbox", { name: words.desk.text }));
    await page.goto(`${cast.server.baseUrl}/studio/shows/${cast.server.showId}/edit`);
    await seen(member.heading(words.lineup.title));
    await shot("studio-10-show");
    await picture(page, `studio-11-show-whole-${look.device}-${look.lang}`, { fullPage: true });
    const over = await fetch(`${cast.server.baseUrl}/api/v1/shows/cappotti-e-lino`);
    const { show } = await over.json();
    await page.goto(`${cast.server.baseUrl}/studio/shows/${show.id}/edit`);
    await seen(page.getByRole("slider", { name: words.figures.cursor }));
    await page.getByRole("slider", { name: words.figures.cursor }).press("PageUp");
    await picture(page, `studio-12-show-over-${look.device}-${look.lang}`, { fullPage: true });
    await page.goto(`${cast.server.baseUrl}/studio/products`);
    await seen(page.getByRole("link", { name: new RegExp(SCARF) }));
    await shot("studio-20-catalogue");
    await page.getByRole("link", { name: new RegExp(SCARF) }).click();
    await seen(page.getByRole("heading", { level: 1, name: SCARF }));
    await picture(page, `studio-21-product-${look.device}-${look.lang}`, { fullPage: true });
    await page.goto(`${cast.server.baseUrl}/studio/products/new`);
    await member.button(words.product.create).click();
    await seen(page.getByText(words.fields.required));
    await shot("studio-22-product-errors");
    await page.goto(`${cast.server.baseUrl}/studio/import`);
    const chooser = page.waitForEvent("filechooser");
    await member.button(words.imports.choose).click();
    await shot("studio-30-import");
    await (await chooser).setFiles(FILE);
    await seen(page.getByText(words.imports.refusedNote(1)));
    await shot("studio-31-import-check");
    await page.goto(`${cast.server.baseUrl}/studio/orders`);
    await seen(page.getByText(BAG));
    await shot("studio-40-orders");
    await page.getByRole("link", { name: /TEST-/ }).last().click();
    await seen(member.heading(words.orders.lines));
    await shot("studio-41-order");
    const address = await page.getByLabel(words.orders.buyerPage).inputValue();
    await page.goto(`${cast.server.baseUrl}/studio/orders/packing`);
    await seen(page.getByText(BAG).first());
    await shot("studio-42-packing");
    await page.emulateMedia({ media: "print" });
    await shot("studio-43-packing-print");
    await page.emulateMedia({ media: null });
    await page.goto(address);
    await seen(page.getByText(BAG));
    await shot("order-01");
    await drawOrderData(member, look);
    await drawLegal(member, look, cast.server.baseUrl);
    await drawLinks(member, shot);
    await page.goto(`${cast.server.baseUrl}/studio`);
    await member.go("settings");
    await shot("studio-50-settings");
    await seen(member.heading(words.review.title));
    await picture(page, `studio-52-settings-whole-${look.device}-${look.lang}`, { fullPage: true });
    await member.page.getByRole("link", { name: member.words.payments.open }).click();
    await seen(member.heading(member.words.payments.state.sandbox));
    await shot("studio-51-payments");
    const link = await drawMembers(member, shot);
    const invited = await cast.host({ name: "the invited", ...look });
    await invited.page.goto(link);
    await seen(invited.button(MEMBERS[look.lang].door.submit));
    await draw(invited.page, "studio-57-invitation", look);
    await invited.button(MEMBERS[look.lang].door.submit).click();
    await draw(invited.page, "studio-58-invitation-errors", look);
    await invited.page.goto(`${cast.server.baseUrl}/invitation`);
    await seen(invited.page.getByText(MEMBERS[look.lang].door.noToken));
    await draw(invited.page, "studio-59-invitation-closed", look);
    await cast.dismiss(invited.person);
    await page.emulateMedia({ colorScheme: "dark" });
    await member.go("shows");
    await member.openLive(SHOW);
    await seen(page.getByText(words.source.on_air));
    await shot("studio-60-live-dark");
    await cast.dismiss(member.person);
  });
});

/** Members and invitations; answers the link of an invitation. */
async function drawMembers(member: Host, shot: (name: string) => Promise<void>): Promise<string> {
  const { page } = member;
  const words = MEMBERS[member.person.outfit.lang];
  await page.goto(`${new URL(page.url()).origin}/studio/settings/members`);
  await seen(page.getByRole("combobox"));
  await shot("studio-53-members");
  await member.button(words.invite).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(words.form.email).fill("anna@example.com");
  await shot("studio-54-invite");
  await member.button(words.form.create).click();
  const link = await dialog.getByLabel(words.link).inputValue();
  await shot("studio-55-invite-link");
  await page.keyboard.press("Escape");
  await seen(page.getByText("anna@example.com"));
  await shot("studio-56-members-invited");
  return link;
}

/** Withdrawing from the order that is shown, the public pages, and what the shop enters for them. */
async function drawLegal(member: Host, look: Look, base: string): Promise<void> {
  const { page, words } = member;
  const shot = (name: string) => draw(page, name, look);
  const text = ORDER[look.lang];
  const way = page.getByRole("link", { name: text.withdrawHere });
  if ((await way.count()) > 0) {
    await way.click();
    await seen(page.locator("#name"));
    await shot("legal-01-withdraw");
    await page.locator("#name").fill("Anna Bianchi");
    await page.locator("button[value=check]").click();
    await seen(page.locator("button[value=confirm]"));
    await shot("legal-02-confirm");
  }
  for (const name of ["seller", "terms", "withdrawal", "privacy"]) {
    await page.goto(`${base}/legal/${name}?lang=${look.lang}`);
    await shot(`legal-10-${name}`);
  }
  await page.goto(`${base}/studio/settings/legal`);
  await seen(member.heading(words.legal.seller));
  await shot("studio-52-legal");
  await seen(member.heading(STUDIO_PRIVACY[look.lang].retention));
  await member.heading(STUDIO_PRIVACY[look.lang].retention).scrollIntoViewIfNeeded();
  await shot("studio-53-retention");
}

/** What is kept of the buyer of the order that is shown, and the step before it is erased. */
async function drawOrderData(member: Host, look: Look): Promise<void> {
  const { page } = member;
  await page.getByRole("link", { name: ORDER[look.lang].yourData }).click();
  await seen(page.getByRole("heading", { level: 1 }));
  await draw(page, "privacy-10-order", look);
  const check = page.locator("button[value=check]");
  if ((await check.count()) > 0) {
    await check.click();
    await seen(page.locator("button[value=confirm]"));
    await draw(page, "privacy-11-confirm", look);
    await page.goBack();
  }
  await page.goBack();
}

/** A message that waits and is refused, one on top of the chat, and the chat while it is paused. */
async function drawModeration(viewer: Viewer, host: Host, look: Look) {
  const { page, words } = viewer;
  const { review } = host.words;
  await viewer.say("Che merda di prezzo");
  await seen(page.getByText(words.held));
  await draw(page, "viewer-33-held", look);
  const said = host.line(`(${look.device}, ${look.lang})`).last();
  await said.hover();
  await said.getByRole("button", { name: new RegExp(`^${review.pin}`) }).click();
  await seen(page.locator(".pinned"));
  await seen(host.heldMessage("Che merda"));
  await draw(host.page, `studio-07-moderation-for-${look.device}`, host.person.outfit);
  await host.heldMessage("Che merda").getByRole("button").last().click();
  await seen(page.getByText(words.notShown));
  await draw(page, "viewer-34-refused-and-pinned", look);
  await page.getByRole("button", { name: words.discard }).click();
  await host.button(review.lock).click();
  await seen(page.getByText(words.common.problems.chat_locked));
  await draw(page, "viewer-35-paused-chat", look);
  await host.button(review.unlock).click();
  await gone(page.getByText(words.common.problems.chat_locked));
  await host.pinnedBar.getByRole("button").click();
  await gone(page.locator(".pinned"));
}

/** Links and overlays, from the first to their figures. */
async function drawLinks(member: Host, shot: (name: string) => Promise<void>): Promise<void> {
  const { page } = member;
  const words = LINKS[member.person.outfit.lang];
  await page.goto(`${new URL(page.url()).origin}/studio/links`);
  await seen(member.heading(words.title));
  await seen(member.heading(words.overlays.title));
  await shot("studio-70-links");
  await member.button(words.make).first().click();
  await shot("studio-71-link-new");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(words.form.show).selectOption({ label: SHOW });
  await holds(async () => {
    await dialog.getByLabel(words.form.product).selectOption({ label: SCARF }, { timeout: 500 });
  });
  await dialog.getByRole("button", { name: words.form.create }).click();
  await seen(dialog.getByAltText(/\/l\//));
  await shot("studio-72-link");
  await page.keyboard.press("Escape");
  await shot("studio-73-links-some");
  await member.button(words.overlays.make).click();
  await dialog.getByLabel(words.overlays.name).fill("OBS");
  await dialog.getByRole("button", { name: words.overlays.create }).click();
  await seen(dialog.getByLabel(words.overlays.address));
  await shot("studio-74-overlay");
  await page.keyboard.press("Escape");
}

describe("links and the overlay", () => {
  const cast = useCast(() => startDemo());

  it("as OBS and those who come by link see them", { timeout: WALK_MS }, async () => {
    const host = await cast.host({ name: "the host", device: "desktop", lang: "it" });
    await host.signIn(cast.server.studioUrl);
    const api = {
      authorization: `Bearer ${cast.server.apiKey}`,
      "content-type": "application/json",
    };
    const ask = async (path: string, body: object): Promise<Record<string, string>> => {
      const init = { method: "POST", headers: api, body: JSON.stringify(body) };
      const answer = await fetch(`${cast.server.baseUrl}/api/v1${path}`, init);
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
      return answer.json();
    };
    await host.openLive(SHOW);
    await host.pin(JUMPER);
    const { token } = await ask("/overlay-keys", { name: "OBS", source: "youtube" });
    for (const [name, width, height, query] of [
      ["landscape", 1920, 1080, ""],
      ["landscape-dark-guide", 1920, 1080, "?theme=dark&position=top-right&guide=1"],
      ["portrait", 1080, 1920, "?position=bottom&y=480"],
    ] as const) {
      const options = { viewport: { width, height }, deviceScaleFactor: 1 };
      const obs = await cast.viewer({ name, device: "desktop", lang: "it", options });
      await obs.page.goto(`${cast.server.baseUrl}/overlay/current${query}#key=${token}`);
      await seen(obs.page.locator(".card-qr:not(.is-pending)"));
      await picture(obs.page, `overlay-${name}`, { omitBackground: true });
      await cast.dismiss(obs.person);
    }
    for (const look of LOOKS) {
      const link = await ask("/links", { show_id: cast.server.showId, source: "print" });
      await fetch(`${cast.server.baseUrl}/api/v1/links/${link.id}`, {
        method: "DELETE",
        headers: api,
      });
      const viewer = await cast.viewer({ name: `Late ${look.device} ${look.lang}`, ...look });
      await viewer.page.goto(`${link.url}`);
      await seen(viewer.dialog);
      await draw(viewer.page, "viewer-50-link-withdrawn", look);
      await viewer.page.goto(`${cast.server.baseUrl}/l/2222222`);
      await seen(viewer.page.locator(".link-notice"));
      await draw(viewer.page, "viewer-51-link-unknown", look);
      await cast.dismiss(viewer.person);
    }
  });
});

describe("on a shop's own site", () => {
  const cast = useCast(() => startDemo());
  let shop: Shop;
  let host: Host;

  beforeAll(async () => {
    shop = await startShop(cast.server.baseUrl);
    host = await cast.host({ name: "the host", device: "desktop", lang: "it" });
    await host.signIn(cast.server.studioUrl);
    await host.openLive(SHOW);
    await host.pin(JUMPER);
    await host.pin(HAT);
  });

  it("to its owner", { timeout: WALK_MS }, async () => {
    for (const look of LOOKS) {
      const member = await cast.host({
        name: `Member ${look.device}`,
        ...look,
        options: { storageState: await host.person.context.storageState() },
      });
      await member.page.goto(`${cast.server.baseUrl}/studio/settings/embed`);
      const sites = member.page.getByRole("textbox").first();
      await seen(sites);
      member.person.expects(/status of 422 .*\/shop\/embed/);
      await draw(member.page, "studio-80-embed-none", look);
      await sites.fill("https://*.example.com");
      await member.button(member.words.common.save).click();
      await seen(member.page.getByText(member.words.fields.not_an_origin));
      await draw(member.page, "studio-81-embed-refused", look);
      await cast.dismiss(member.person);
    }
    await host.page.goto(`${cast.server.baseUrl}/studio/settings/embed`);
    await host.page.getByRole("textbox").first().fill(shop.origin);
    await host.button(host.words.common.save).click();
    await holds(async () => {
      const page = await fetch(`${cast.server.baseUrl}/embed/show/any`);
      const policy = page.headers.get("content-security-policy") ?? "";
      if (!policy.includes(shop.origin)) throw new Error(policy);
    });
    await picture(host.page, "studio-82-embed");
  });

  afterAll(() => shop?.stop());

  it.each(LOOKS)("on a $device in $lang", { timeout: WALK_MS }, async (look) => {
    const slug = new URL(cast.server.viewerUrl).pathname.split("/").at(-1) ?? "";
    const viewer = await cast.viewer({ name: `Visitor ${look.device} ${look.lang}`, ...look });
    viewer.person.expects(/^third party: http:\/\/localhost:\d+\//);
    const { page, words } = viewer;
    const frame = page.frameLocator("vetrina-show iframe");
    const go = (attributes: Record<string, string>) =>
      page.goto(shop.page(look.lang, [{ show: slug, lang: look.lang, ...attributes }]));
    const isOn = () => seen(frame.locator(".screen, .embed-open"));
    /** A frame is drawn by itself, later than the page around. */
    const shot = async (name: string) => {
      await frame.locator("body").evaluate(async () => {
        const ending = document
          .getAnimations()
          .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
        await Promise.all(ending.map(({ finished }) => finished.catch(() => undefined)));
        const drawn = () => new Promise((go) => requestAnimationFrame(go));
        await drawn();
        await drawn();
      });
      await draw(page, name, look);
    };
    await go({ layout: "inline" });
    await isOn();
    await seen(frame.getByRole("article"));
    await shot("embed-01-inline");
    await go({ layout: "overlay" });
    await seen(page.locator("vetrina-show button"));
    await draw(page, "embed-02-overlay-closed", look);
    await call(page, "open");
    await seen(frame.getByRole("article"));
    await shot("embed-03-overlay");
    await go({ layout: "floating" });
    await isOn();
    await seen(frame.locator(".live-badge"));
    await shot("embed-04-floating");
    await call(page, "open");
    await seen(frame.getByRole("article"));
    await shot("embed-05-floating-large");
    await go({ layout: "inline", cart: "shop" });
    await isOn();
    await frame
      .getByRole("article")
      .getByRole("button", { name: words.details(HAT) })
      .click();
    await seen(frame.locator("dialog button.is-buy"));
    await shot("embed-06-own-cart");
    await answerWith(page, false);
    // By key: a picture that was taken moves where a finger would land in a frame.
    await frame.locator("dialog button.is-buy").press("Enter");
    await seen(frame.getByRole("alert"));
    await shot("embed-07-own-cart-refused");
    await cast.dismiss(viewer.person);
  });
});

/** The two pictures that the README shows: a sale in full swing. */
describe.runIf(isDrawing)("for the README", () => {
  const cast = useCast(() => startDemo());

  it("a live sale, on a phone and in the studio", { timeout: WALK_MS }, async () => {
    const host = await cast.host({
      name: "the host",
      device: "desktop",
      lang: "it",
      options: { viewport: { width: 1440, height: 900 }, deviceScaleFactor: SCALE },
    });
    await host.signIn(cast.server.studioUrl);
    await host.openLive(SHOW);
    await host.pin(JUMPER);
    const buyers = [
      { name: "Marta Galli", product: SCARF, text: "Preso anch’io, non vedo l’ora!" },
      { name: "Luca Ferri", product: JUMPER, text: "La M veste comoda?" },
      { name: "Nora B.", product: HAT, text: "Il cappello è bellissimo 😍" },
    ];
    const people = [];
    for (const { name, product, text } of buyers) {
      const viewer = await cast.viewer({
        name,
        device: "phone",
        lang: "it",
        options: { deviceScaleFactor: SCALE },
      });
      people.push(viewer);
      await viewer.watch(cast.server.viewerUrl);
      await viewer.openProduct(product);
      await viewer.buyButton.click();
      await viewer.isHolding();
      const pay = await viewer.payBeside();
      await pay.payAs(name, "cliente@example.com");
      await viewer.readsConfirmation();
      await viewer.closeDialog();
      await viewer.sayAs(name, text);
      await host.sees(text);
    }
    await host.say("Sì, veste comoda: io porto la S 😊");
    await host.pin(BAG);
    const [anna, luca, nora] = people;
    if (!anna || !luca || !nora) throw new Error("nobody came");
    await luca.openProduct(BAG);
    await luca.buyButton.click();
    await luca.isHolding();
    await anna.seesOnScreen(BAG);
    await anna.sees("io porto la S");
    await gone(anna.page.locator(".tap-for-sound"));
    await nora.page.getByRole("button", { name: nora.words.heart }).click();
    await anna.page.getByRole("button", { name: anna.words.heart }).click();
    await seen(anna.page.locator(".heart-float").nth(1));
    // Halfway up they are at their largest.
    await anna.page.evaluate(() =>
      document.getAnimations().forEach((animation) => {
        const isHeart =
          animation.effect instanceof KeyframeEffect &&
          animation.effect.target?.classList.contains("heart-float");
        if (isHeart) animation.currentTime = 1_300;
      }),
    );
    await picture(anna.page, "readme-viewer");

    await host.page.mouse.move(0, 0);
    await seen(host.orders.getByRole("timer"));
    await picture(host.page, "readme-studio");
  });
});

describe("a fresh installation", () => {
  const cast = useCast(() => startFresh());

  it.each(LOOKS)("on a $device in $lang", { timeout: WALK_MS }, async (look) => {
    const founder = await cast.host({ name: "the founder", ...look });
    await founder.page.goto(cast.server.setupUrl);
    await founder.page.getByLabel(founder.words.setup.password, { exact: true }).fill("corta");
    await founder.button(founder.words.setup.submit).click();
    await seen(founder.page.getByText(founder.words.fields.required));
    await draw(founder.page, "studio-00-setup", look);
    await cast.dismiss(founder.person);
  });
});
