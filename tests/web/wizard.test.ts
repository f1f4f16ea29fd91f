/**
 * The way to payment keys of one's own, against another server's sandbox in Stripe's place, and what
 * buyers see then: Stripe's script is a stand-in here, asked for when somebody pays and not before.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { type Demo, startDemo } from "./support/server";
import type { Viewer } from "./support/viewer";
import { gone, holds, reads, seen } from "./support/wait";

const KEY = "sk_test_for_the_wizard";
const PUBLISHABLE = "pk_test_for_the_wizard";
const SCARF = "Foulard di seta Ginestra";
const SCRIPT = "https://js.stripe.com/endive/stripe.js";

/** What the page uses of Stripe's script: a page with one button, which ends the buyer's part. */
const STAND_IN = `
  window.Stripe = (key, options) => ({
    async createEmbeddedCheckoutPage({ fetchClientSecret, onComplete }) {
      const secret = await fetchClientSecret();
      const button = document.createElement("button");
      button.textContent = [key, options.locale, secret].join(" ");
      button.addEventListener("click", onComplete);
      return { mount: (place) => place.append(button), destroy: () => button.remove() };
    },
  });
`;

let stripe: Demo | null = null;
const cast = useCast(async () => {
  stripe = await startDemo(["--sandbox-key", KEY]);
  return startDemo(["--stripe-api-base", stripe.baseUrl]);
});
afterAll(() => stripe?.stop());

function stripeUrl(): string {
  if (!stripe) throw new Error("the tests of this file have not begun");
  return stripe.baseUrl;
}

describe("an owner", () => {
  let host: Host;

  /** A step of the wizard, by its title. */
  const step = (title: string) =>
    host.page.getByRole("listitem").filter({ hasText: title }).first();
  const finding = (check: string) => host.page.locator(".finding").filter({ hasText: check });

  beforeAll(async () => {
    host = await cast.host({ name: "the owner", lang: "it", device: "desktop" });
    await host.signIn(cast.server.studioUrl);
    await host.page.goto(`${cast.server.baseUrl}/studio/settings/payments`);
    await seen(host.heading(host.words.payments.setUpTitle));
  });

  it("hears at once that a key is none, or is not taken", async () => {
    const { payments, fields } = host.words;
    const key = host.page.getByLabel(payments.keyStep.label);
    await key.fill("pk_test_abcdefgh");
    await host.button(payments.keyStep.save).first().click();
    await seen(host.page.getByText(fields.unknown_key));
    await key.fill("sk_test_of_nobody");
    await host.button(payments.keyStep.save).first().click();
    await seen(host.page.getByText(payments.findings.key_refused));
    await seen(host.page.getByText(payments.checkStep.failed(2)));
  });

  it("stores the right one and sees what it still needs", async () => {
    const { payments } = host.words;
    await host.button(payments.keyStep.replace).click();
    await host.page.getByLabel(payments.keyStep.label).fill(KEY);
    await host.button(payments.keyStep.save).first().click();
    await seen(host.page.getByText(payments.findings.endpoint_missing));
    await seen(host.page.getByText(payments.findings.secret_missing));
    // Without a key for browsers everything works: it is advice, no fault.
    await seen(finding(payments.checks.embedding).getByText(payments.outcomes.warning));
    await seen(host.page.getByText(payments.checkStep.failed(2)));
  });

  it("has the messages set up, and the check passes", async () => {
    const { payments } = host.words;
    await host.button(payments.hookStep.create).click();
    await seen(host.page.getByText(payments.checkStep.passed));
    await seen(step(payments.hookStep.title).getByText(payments.hookStep.stored));
  });

  it("adds the key that shows payments beside the video", async () => {
    const { payments, fields } = host.words;
    await seen(host.page.getByText(payments.browserKey.none));
    await host.button(payments.browserKey.enter).click();
    const key = host.page.getByLabel(payments.browserKey.label, { exact: true });
    await key.fill("pk_live_for_the_wizard");
    await host.button(payments.browserKey.save).click();
    await seen(host.page.getByText(fields.key_of_other_mode));
    expect.soft(await findBarriers(host.page)).toEqual([]);
    await key.fill(PUBLISHABLE);
    await host.button(payments.browserKey.save).click();
    await seen(host.page.getByText(PUBLISHABLE));
    await seen(finding(payments.checks.embedding).getByText(payments.outcomes.ok));
    await cast.dismiss(host.person);
  });
});

describe("a buyer of that shop", () => {
  let viewer: Viewer;
  const asked: string[] = [];

  beforeAll(async () => {
    viewer = await cast.viewer({ name: "the buyer", lang: "en", device: "desktop" });
    viewer.person.expects(/third party: https:\/\/js\.stripe\.com\/endive\/stripe\.js/);
    viewer.page.on("request", (request) => {
      if (request.url().includes("stripe.com")) asked.push(request.url());
    });
    await viewer.page.route(SCRIPT, (route) =>
      route.fulfill({ body: STAND_IN, contentType: "text/javascript" }),
    );
  });

  async function reserve(): Promise<void> {
    await viewer.watch(cast.server.viewerUrl);
    await viewer.openCard(SCARF);
    expect(asked).toEqual([]);
    await viewer.buyButton.click();
    await viewer.isHolding();
  }

  it("has Stripe's script loaded by buying, and its page in the sheet", async () => {
    await reserve();
    const button = viewer.dialog.getByRole("button", { name: PUBLISHABLE });
    await reads(button, new RegExp(`^${PUBLISHABLE} en cs_test_local_\\w+_secret_local$`));
    expect(asked).toEqual([SCRIPT]);
    const secret = ((await button.textContent()) ?? "").split(" ").at(-1) ?? "";
    const session = secret.replace(/_secret_local$/, "");
    const paid = await fetch(`${stripeUrl()}/v1/payment_pages/${session}/confirm`, {
      method: "POST",
      headers: { authorization: `Bearer ${KEY}` },
      body: new URLSearchParams({ payment_method: "pm_card_visa", expected_amount: "6900" }),
    });
    expect(paid.status).toBe(200);
    await button.click();
    await viewer.readsConfirmation();
    await gone(button);
    await viewer.dialog.getByRole("button", { name: viewer.words.backToShow }).click();
  });

  it("pays in a new tab where the script is held back", async () => {
    asked.length = 0;
    viewer.person.expects(/failed: .*js\.stripe\.com|console: .*js\.stripe\.com/);
    await viewer.page.unroute(SCRIPT);
    await viewer.page.route(SCRIPT, (route) => route.abort("blockedbyclient"));
    await reserve();
    await seen(viewer.dialog.getByText(viewer.words.payFormFailed));
    expect.soft(await findBarriers(viewer.page)).toEqual([]);
    await viewer.dialog.getByRole("button", { name: viewer.words.payElsewhere }).click();
    await seen(viewer.payLink);
    await holds(async () => {
      expect(await viewer.payLink.getAttribute("href")).toContain(`${stripeUrl()}/sandbox/pay/`);
    });
    await cast.dismiss(viewer.person);
  });
});
