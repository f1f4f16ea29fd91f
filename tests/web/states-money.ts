/** What a purchase comes to when it does not go through at once; see `screens.ts`. */
import { beforeAll, describe, expect, it } from "vitest";
import { orderEn } from "../../web/src/i18n/order.en";
import { orderIt } from "../../web/src/i18n/order.it";
import type { Money, NewViewer } from "../../web/src/lib/types";
import { apiOf, productOf } from "./support/api";
import { type Cast, useCast } from "./support/cast";
import { draw, LOOKS, type Look, WALK_MS } from "./support/draw";
import { type Demo, startDemo } from "./support/server";
import type { Viewer } from "./support/viewer";
import { holds, seen } from "./support/wait";

const SCARF = "Foulard di seta Ginestra";
const ORDER = { it: orderIt, en: orderEn };
/** More than the provider is asked for at once, so that whoever comes next waits for some seconds. */
const CROWD = 18;

async function enter(cast: Cast<Demo>, { device, lang }: Look): Promise<Viewer> {
  const viewer = await cast.viewer({ name: `Anna on a ${device}`, device, lang });
  await viewer.watch(cast.server.viewerUrl);
  await viewer.openProduct(SCARF);
  return viewer;
}

describe("when many buy at once", () => {
  // The least that may be asked of a provider.
  const cast = useCast(() => startDemo(["--stripe-sessions-per-second", "1"]));
  const ask = apiOf(() => cast.server);
  const show = () => `/shows/${cast.server.showId}`;
  let variant: string | undefined;

  const buyOne = async () => {
    const { token } = await ask<NewViewer>(`${show()}/viewers`, "POST", {});
    const lines = [{ variant_id: variant, units: 1 }];
    const body = { lines, language: "it", ui: "hosted", ship_to: "IT" };
    return ask<{ id: string }>(`${show()}/checkouts`, "POST", body, token);
  };

  beforeAll(async () => {
    variant = (await productOf(ask, cast.server.showId, SCARF)).variants[0]?.id;
    await ask(`/variants/${variant}/stock`, "PUT", { stock: 200 });
  });

  it.each(LOOKS)(
    "a place in the queue, on a $device in $lang",
    { timeout: WALK_MS },
    async (look) => {
      const viewer = await enter(cast, look);
      const crowd = Promise.all(Array.from({ length: CROWD }, buyOne));
      await holds(async () => {
        const { items } = await ask<{ items: unknown[] }>("/orders?status=reserved", "GET");
        expect(items.length).toBeGreaterThan(CROWD / 2);
      });
      await viewer.buyButton.click();
      await seen(viewer.dialog.locator(".preparing").getByText(/^[1-9]/));
      await draw(viewer.page, "state-70-queue", look);
      await viewer.payBeside();
      await crowd;
      await cast.dismiss(viewer.person);
    },
  );
});

describe("when money takes its time", () => {
  const cast = useCast(() => startDemo());
  const ask = apiOf(() => cast.server);

  const newest = async (status: string) => {
    const { items } = await ask<{ items: { id: string }[] }>(`/orders?status=${status}`, "GET");
    return ask<{ id: string; order_url: string }>(`/orders/${items[0]?.id}`, "GET");
  };

  it.each(LOOKS)(
    "a debit on its way, on a $device in $lang",
    { timeout: WALK_MS },
    async (look) => {
      const viewer = await enter(cast, look);
      await viewer.buyButton.click();
      await viewer.isHolding();
      const pay = await viewer.payBeside();
      await pay.openOutcomes();
      await pay.press("Addebito bancario, arriva fra giorni", "Bank debit, arrives days later");
      await seen(viewer.dialog.getByText(viewer.words.processingTitle));
      await draw(viewer.page, "state-71-payment-on-its-way", look);
      await viewer.page.goto((await newest("processing")).order_url);
      await seen(viewer.page.getByText(ORDER[look.lang].states.processing.title));
      await draw(viewer.page, "state-72-order-on-its-way", look);
      await cast.dismiss(viewer.person);
    },
  );

  it.each(LOOKS)("money given back, on a $device in $lang", { timeout: WALK_MS }, async (look) => {
    const viewer = await enter(cast, look);
    await viewer.buyButton.click();
    await viewer.isHolding();
    await (await viewer.payBeside()).payAs("Anna Riva", "anna@example.com");
    const number = await viewer.readsConfirmation();
    const order = await newest("paid");
    await ask(`/orders/${order.id}/refunds`, "POST", {});
    await holds(async () => {
      const { refunded } = await ask<{ refunded: Money }>(`/orders/${order.id}`, "GET");
      expect(refunded.amount).toBeGreaterThan(0);
    });
    await viewer.page.goto(order.order_url);
    await seen(viewer.page.getByText(number));
    await seen(viewer.page.getByText(ORDER[look.lang].states.refunded.title, { exact: true }));
    await draw(viewer.page, "state-73-order-refunded", look);
    await cast.dismiss(viewer.person);
  });
});
