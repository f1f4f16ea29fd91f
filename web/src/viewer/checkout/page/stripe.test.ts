import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { EmbeddedCheckout } from "../../../lib/types";
import type { StripeObject } from "./stripe";

const EMBEDDED: EmbeddedCheckout = {
  client_secret: "cs_1_secret_1",
  publishable_key: "pk_test_abcde",
  account: null,
  script_url: "https://js.stripe.com/endive/stripe.js",
  sandbox_url: null,
};

/** The scripts that the page asked for; none is really loaded. */
let asked: HTMLScriptElement[] = [];
const page = { mount: vi.fn(), destroy: vi.fn() };
const create = vi.fn(
  async (_: Parameters<NonNullable<StripeObject["initEmbeddedCheckout"]>>[0]) => page,
);
const make = vi.fn(
  (_key: string, _options: object): StripeObject => ({ createEmbeddedCheckoutPage: create }),
);

beforeEach(() => {
  asked = [];
  vi.resetModules();
  vi.clearAllMocks();
  delete window.Stripe;
  vi.spyOn(document.head, "append").mockImplementation((...nodes) => {
    asked.push(...nodes.filter((node) => node instanceof HTMLScriptElement));
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function open(change: Partial<EmbeddedCheckout> = {}) {
  const { openPage } = await import("./open");
  const place = document.createElement("div");
  const onDone = vi.fn();
  const opening = { place, embedded: { ...EMBEDDED, ...change }, lang: "it", title: "", onDone };
  return { opened: openPage(opening), place, onDone };
}

/** The script arrives with the object that it brings. */
async function arrives(object: StripeObject = { createEmbeddedCheckoutPage: create }) {
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  make.mockReturnValue(object);
  window.Stripe = make;
  asked[0]?.dispatchEvent(new Event("load"));
}

it("asks Stripe for nothing before somebody pays, then once", async () => {
  await import("./open");
  expect(asked).toEqual([]);
  const first = await open();
  await arrives();
  (await first.opened).close();
  expect(asked[0]?.src).toBe("https://js.stripe.com/endive/stripe.js");
  (await (await open()).opened).close();
  expect(asked).toHaveLength(1);
  expect(make).toHaveBeenCalledTimes(1);
  expect(make).toHaveBeenCalledWith("pk_test_abcde", { locale: "it" });
});

it("shows the page of this checkout, tells when it is done and takes it away", async () => {
  const { opened, place, onDone } = await open({ account: "acct_1" });
  await arrives();
  const shown = await opened;
  expect(make).toHaveBeenCalledWith("pk_test_abcde", { locale: "it", stripeAccount: "acct_1" });
  expect(page.mount).toHaveBeenCalledWith(place);
  const options = create.mock.calls[0]?.[0];
  expect(await options?.fetchClientSecret()).toBe("cs_1_secret_1");
  options?.onComplete();
  expect(onDone).toHaveBeenCalledTimes(1);
  shown.close();
  expect(page.destroy).toHaveBeenCalledTimes(1);
});

it("speaks to releases with the older name too", async () => {
  const { opened } = await open();
  await arrives({ initEmbeddedCheckout: create });
  (await opened).close();
  expect(create).toHaveBeenCalledTimes(1);
});

it("opens a page only when the one before is closed", async () => {
  const first = await open();
  await arrives();
  const shown = await first.opened;
  const second = await open({ client_secret: "cs_2_secret_2" });
  await new Promise((later) => setTimeout(later));
  expect(create).toHaveBeenCalledTimes(1);
  shown.close();
  (await second.opened).close();
  expect(create).toHaveBeenCalledTimes(2);
});

it("fails when the script is held back, and asks again at the next purchase", async () => {
  const first = await open();
  const failed = expect(first.opened).rejects.toThrow("did not load");
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  asked[0]?.dispatchEvent(new Event("error"));
  await failed;
  asked = [];
  const second = await open();
  await arrives();
  (await second.opened).close();
});

it("does not wait for ever for a script that says nothing", async () => {
  vi.useFakeTimers();
  const { opened } = await open();
  const failed = expect(opened).rejects.toThrow("in time");
  await vi.advanceTimersByTimeAsync(15_000);
  await failed;
});

it("fails when the page cannot be made, and does not hold up the next one", async () => {
  create.mockRejectedValueOnce(new Error("no such session"));
  const first = await open();
  const failed = expect(first.opened).rejects.toThrow("no such session");
  await arrives();
  await failed;
  (await (await open()).opened).close();
  expect(page.mount).toHaveBeenCalledTimes(1);
});

it("fails without a key for browsers", async () => {
  await expect((await open({ publishable_key: null })).opened).rejects.toThrow("no key");
  expect(asked).toEqual([]);
});
