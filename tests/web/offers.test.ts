/** An offer from the host's key to the buyer's price, and what a buyer reads when it ends. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, it } from "vitest";
import { offeringIt } from "../../web/src/i18n/offering.it";
import { offersEn } from "../../web/src/i18n/offers.en";
import { offersIt } from "../../web/src/i18n/offers.it";
import { formatMoney, moneyInput } from "../../web/src/lib/money";
import { apiOf, productOf } from "./support/api";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { REPOSITORY, startDemo } from "./support/server";
import type { Viewer } from "./support/viewer";
import { gone, reads, seen } from "./support/wait";

const catalogue: {
  products: { handle: string; title: string; variants: { price: number }[] }[];
  shows: { title: string; status: string }[];
} = JSON.parse(readFileSync(join(REPOSITORY, "demo/catalogue.json"), "utf8"));

const show = catalogue.shows.find(({ status }) => status === "live")?.title ?? "";
/** The demo has three of it, in one variant. */
const product = catalogue.products.find(({ handle }) => handle === "cappello-feltro-brina");
const HAT = product?.title ?? "";
const FULL = { amount: product?.variants[0]?.price ?? 0, currency: "EUR" };
const OFFER = { ...FULL, amount: FULL.amount - 1000 };

const cast = useCast(() => startDemo());
const ask = apiOf(() => cast.server);
let host: Host;
let anna: Viewer;
let ben: Viewer;

beforeAll(async () => {
  host = await cast.host({ name: "the host", lang: "it", device: "desktop" });
  anna = await cast.viewer({ name: "Anna", lang: "it", device: "phone" });
  ben = await cast.viewer({ name: "Ben", lang: "en", device: "desktop" });
  await host.signIn(cast.server.studioUrl);
  await host.openLive(show);
  await host.pin(HAT);
  await Promise.all([anna.watch(cast.server.viewerUrl), ben.watch(cast.server.viewerUrl)]);
  await Promise.all([anna.seesOnScreen(HAT), ben.seesOnScreen(HAT)]);
});

describe("an offer", () => {
  it("is refused where it is no reduction, and started by key where it is", async () => {
    await host.page.locator("body").press("f");
    const dialog = host.page.getByRole("dialog", { name: offeringIt.title });
    const price = dialog.getByLabel(offeringIt.price);
    await seen(dialog.getByText(formatMoney(FULL, "it")));
    host.person.expects(/status of 409 .*\/offers$/);
    await price.fill(moneyInput(FULL, "it"));
    await price.press("Enter");
    await seen(dialog.getByText(host.words.problems.offer_not_reduced));
    await price.fill(moneyInput(OFFER, "it"));
    await price.press("Enter");
    await gone(dialog);
    await seen(host.lineup.getByText(offeringIt.running(formatMoney(OFFER, "it"))));
  });

  it("stands on every card with the price that it is held against", async () => {
    await seen(anna.card.getByText(formatMoney(OFFER, "it")));
    await seen(anna.card.getByText(offersIt.lowest(1)));
    await seen(anna.card.getByRole("timer"));
    await seen(ben.card.getByText(formatMoney(OFFER, "en")));
    await seen(ben.card.getByText(offersEn.lowest(1)));
  });

  it("says that it is over, and sells at the price of before", async () => {
    await ben.openCard(HAT);
    await seen(ben.dialog.getByText(offersEn.endsIn));
    await host.lineup.getByRole("button", { name: offeringIt.endLabel(HAT) }).click();
    await seen(ben.dialog.getByText(ben.words.offerOver(formatMoney(FULL, "en"))));
    await gone(anna.card.getByText(offersIt.lowest(1)));
    await seen(host.lineup.getByRole("button", { name: offeringIt.makeLabel(HAT) }));
  });
});

describe("a price that the catalogue lowers", () => {
  it("stands on the sheet beside the lowest one of the days before, which was the offer's", async () => {
    const [variant] = (await productOf(ask, cast.server.showId, HAT)).variants;
    const lowered = { ...OFFER, amount: OFFER.amount - 500 };
    await ask(`/variants/${variant?.id}`, "PATCH", { price: lowered, compare_at: FULL });
    await seen(anna.card.getByText(formatMoney(lowered, "it")));
    await anna.openCard(HAT);
    await seen(anna.dialog.getByText(formatMoney(lowered, "it")));
    await seen(anna.dialog.getByText(offersIt.lowest(1)));
    await reads(anna.dialog.locator("s"), formatMoney(OFFER, "it"));
    await ask(`/variants/${variant?.id}`, "PATCH", { price: FULL });
    await gone(anna.dialog.getByText(offersIt.lowest(1)));
  });
});
