/** An offer over a stream: price, what it is held against, the time and the pieces that are left. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { offersEn } from "../../web/src/i18n/offers.en";
import { offersIt } from "../../web/src/i18n/offers.it";
import { formatMoney } from "../../web/src/lib/money";
import type { MadeOverlayKey, Money, NewViewer } from "../../web/src/lib/types";
import { apiOf, productOf } from "./support/api";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import { startDemo } from "./support/server";
import { gone, holds, reads, seen } from "./support/wait";

const WORDS = { it: offersIt, en: offersEn };

const cast = useCast(() => startDemo());
let key: string;

const ask = apiOf(() => cast.server);
const path = () => `/shows/${cast.server.showId}`;

/** Somebody sets pieces aside at the price of the offer. */
async function reserve(variant: string, units: number, price: Money): Promise<void> {
  const { token } = await ask<NewViewer>(`${path()}/viewers`, "POST", {});
  const lines = [{ variant_id: variant, units, seen_price: price.amount }];
  const body = { lines, language: "it", ui: "hosted", ship_to: "IT" };
  await ask(`${path()}/checkouts`, "POST", body, token);
}

/** The card stands whole in the picture. */
async function isInside(page: Page, width: number, height: number): Promise<void> {
  const place = await page.getByRole("article").boundingBox();
  expect(place?.x).toBeGreaterThanOrEqual(0);
  expect(place?.y).toBeGreaterThanOrEqual(0);
  expect((place?.x ?? 0) + (place?.width ?? 0)).toBeLessThanOrEqual(width);
  expect((place?.y ?? 0) + (place?.height ?? 0)).toBeLessThanOrEqual(height);
}

beforeAll(async () => {
  const made = await ask<MadeOverlayKey>("/overlay-keys", "POST", {
    name: "OBS",
    source: "youtube",
  });
  key = made.token;
});

describe.each([
  { name: "landscape", width: 1920, height: 1080, lang: "it", product: "Foulard di seta Ginestra" },
  { name: "portrait", width: 1080, height: 1920, lang: "en", product: "Maglione a trecce Rifugio" },
] as const)("in $name", ({ name, width, height, lang, product: title }) => {
  it("an offer is shown with its price, its time and its pieces, and goes when it ends", async () => {
    const options = { viewport: { width, height }, deviceScaleFactor: 1 };
    const obs = await cast.viewer({ name: `OBS ${name}`, device: "desktop", lang, options });
    const { page } = obs;
    const words = WORDS[lang];
    const product = await productOf(ask, cast.server.showId, title);
    const variant = product.variants[0];
    if (!variant) throw new Error(`${title} has no variant`);
    await ask(`${path()}/featured-products/${product.id}`, "PUT");
    await page.goto(`${cast.server.baseUrl}/overlay/current?lang=${lang}#key=${key}`);
    const card = page.getByRole("article");
    await seen(card.getByRole("heading", { name: title }));
    await reads(card.locator(".card-price"), formatMoney(variant.price, lang));
    expect(await card.locator(".card-former, .card-offer").count()).toBe(0);

    const price = { ...variant.price, amount: variant.price.amount - 1500 };
    const offer = await ask<{ id: string }>(`${path()}/offers`, "POST", {
      product_id: product.id,
      price,
      secs: 600,
      units: 5,
    });
    await reads(card.locator(".card-price"), formatMoney(price, lang));
    const former = card.locator(".card-former");
    await reads(former, words.lowest(1));
    await reads(former, formatMoney(variant.price, lang));
    await reads(former, "%");
    await reads(card.locator(".card-timer"), words.endsIn);
    await reads(card.locator(".card-left"), words.left(5));
    // The time runs, by the server's clock.
    const timer = card.getByRole("timer");
    await reads(timer, /^(10:00|9:\d\d)$/);
    const first = await timer.textContent();
    await holds(async () => expect((await timer.textContent()) === first).toBe(false));
    await isInside(page, width, height);
    for (const theme of ["light", "dark"]) {
      await page.evaluate((next) => {
        document.documentElement.dataset.theme = next;
      }, theme);
      expect.soft(await findBarriers(page), theme).toEqual([]);
    }

    await reserve(variant.id, 2, price);
    await reads(card.locator(".card-left"), words.left(3));
    await ask(`${path()}/offers/${offer.id}/status`, "PUT", { status: "ended" });
    await gone(card.locator(".card-offer"));
    await gone(former);
    await reads(card.locator(".card-price"), formatMoney(variant.price, lang));
    await ask(`${path()}/featured-products/${product.id}`, "DELETE");
    await gone(card);
    await cast.dismiss(obs.person);
  });
});
