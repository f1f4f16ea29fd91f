/** Paying beside the video: nobody leaves the page, and the show goes on. */
import { beforeAll, describe, expect, it } from "vitest";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { startDemo } from "./support/server";
import type { Viewer } from "./support/viewer";
import { gone, holds, reads, seen } from "./support/wait";

const SHOW = "Novità d'autunno in diretta";
const SCARF = "Foulard di seta Ginestra";
/** So much of the picture has to be left above or beside the sheet. */
const PICTURE_MIN = 200;

const cast = useCast(() => startDemo());
let host: Host;

beforeAll(async () => {
  host = await cast.host({ name: "the host", lang: "it", device: "desktop" });
  await host.signIn(cast.server.studioUrl);
  await host.openLive(SHOW);
});

/** A viewer who has clicked and waits for nothing more than the money. */
async function reserve(viewer: Viewer): Promise<void> {
  await viewer.watch(cast.server.viewerUrl);
  await viewer.seesOnScreen(SCARF);
  await viewer.openCard(SCARF);
  await viewer.buyButton.click();
  await viewer.isHolding();
}

/** What the sheet leaves of the picture, in the direction in which it covers it. */
async function pictureLeft(viewer: Viewer): Promise<number> {
  const [video, sheet] = await Promise.all([
    viewer.page.locator("video.video").boundingBox(),
    viewer.dialog.boundingBox(),
  ]);
  if (!video || !sheet) throw new Error("there is no picture or no sheet");
  return viewer.person.isPhone ? sheet.y - video.y : Math.min(sheet.x - video.x, video.width);
}

describe.each([
  { device: "phone", lang: "it" },
  { device: "desktop", lang: "en" },
] as const)("a buyer on a $device in $lang", ({ device, lang }) => {
  let viewer: Viewer;

  beforeAll(async () => {
    viewer = await cast.viewer({ name: `the buyer on a ${device}`, device, lang });
  });

  it("pays without leaving the show, whose chat goes on", async () => {
    await reserve(viewer);
    const { page } = viewer;
    const pay = await viewer.payBeside();
    await seen(pay.page.getByText(SCARF));
    const address = page.url();
    expect(await findBarriers(page)).toEqual([]);
    expect(await pictureLeft(viewer)).toBeGreaterThan(PICTURE_MIN);

    await host.say(`Ancora due pezzi! (${device})`);
    await viewer.line(`Ancora due pezzi! (${device})`).waitFor({ state: "attached" });
    const at = () =>
      page.locator("video.video").evaluate((video: HTMLVideoElement) => video.currentTime);
    const before = await at();
    await holds(async () => expect(await at()).toBeGreaterThan(before));

    await pay.decline();
    await seen(pay.page.getByRole("alert"));
    await pay.payAs("Rosa Neri", "rosa@example.com");
    const order = await viewer.readsConfirmation();
    await gone(page.locator("iframe.pay-frame"));
    expect(page.url()).toBe(address);
    expect(viewer.person.context.pages()).toHaveLength(1);
    await seen(host.orders.getByRole("listitem").filter({ hasText: order }));
    await viewer.dialog.getByRole("button", { name: viewer.words.backToShow }).click();
    await gone(viewer.dialog);
  });

  it("sees that the time is up when the reservation ends, and can buy again", async () => {
    await viewer.reload();
    await reserve(viewer);
    await viewer.payBeside();
    await release();
    await seen(viewer.dialog.getByText(viewer.words.expiredTitle));
    await gone(viewer.page.locator("iframe.pay-frame"));
    await seen(viewer.dialog.getByText(viewer.words.expiredText));
    await viewer.dialog.getByRole("button", { name: viewer.words.backToShow }).click();
    await gone(viewer.dialog);
  });

  it("finds the payment again after a reload, and takes it to a tab of its own", async () => {
    await reserve(viewer);
    await viewer.payBeside();
    await viewer.reload();
    await viewer.page.getByRole("button", { name: new RegExp(viewer.words.heldTitle) }).click();
    await viewer.payBeside();
    await viewer.dialog.getByRole("button", { name: viewer.words.payElsewhere }).click();
    const pay = await viewer.openPayPage();
    await gone(viewer.page.locator("iframe.pay-frame"));
    await pay.payAs("Rosa Neri", "rosa@example.com");
    await seen(pay.page.getByText(viewer.words.paidTitle, { exact: true }));
    await pay.page.close();
    await viewer.readsConfirmation();
    await cast.dismiss(viewer.person);
  });
});

it("gives a page to whoever has no scripts in the frame", async () => {
  const viewer = await cast.viewer({ name: "a careful buyer", device: "desktop", lang: "en" });
  await viewer.page.route("**/sandbox/embedded.js", (route) => route.fulfill({ body: "" }));
  await reserve(viewer);
  const pay = await viewer.payBeside();
  await pay.payAs("Rosa Neri", "rosa@example.com");
  // Nobody tells the page, so it hears of it by asking.
  await viewer.readsConfirmation();
  await reads(viewer.dialog, viewer.words.orderPage);
  await cast.dismiss(viewer.person);
});

/** The shop ends the one reservation there is. */
async function release(): Promise<void> {
  const api = `${cast.server.baseUrl}/api/v1/orders`;
  const headers = { authorization: `Bearer ${cast.server.apiKey}` };
  const page: { items: { id: string }[] } = await (
    await fetch(`${api}?status=open`, { headers })
  ).json();
  expect(page.items).toHaveLength(1);
  const answer = await fetch(`${api}/${page.items[0]?.id}/reservation`, {
    method: "DELETE",
    headers,
  });
  expect(answer.status).toBeLessThan(300);
}
