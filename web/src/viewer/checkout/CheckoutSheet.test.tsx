import { act, cleanup, fireEvent, render, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { at, eur } from "../../lib/testing/builders";
import { ServerClock } from "../../lib/time";
import type { Checkout } from "../../lib/types";
import { setLang } from "../../ui/lang";
import { tick } from "../../ui/tick";
import { CheckoutSheet } from "./CheckoutSheet";
import { purchaseTexts } from "./texts";

const beside: Checkout = {
  id: "c1",
  show_id: "show1",
  number: "1042",
  status: "open",
  is_test: true,
  subtotal: eur(1990),
  total: eur(1990),
  delivers_to: [],
  lines: [],
  reserved_until: at(600),
  pay_url: null,
  embedded: {
    client_secret: "cs_1_secret_local",
    publishable_key: null,
    account: null,
    script_url: null,
    sandbox_url: "/sandbox/pay/cs_1",
  },
  queue_place: null,
  order_url: "/order/t",
  created_at: at(0),
};

const clock = new ServerClock();

/** What stands in a frame; nothing is really loaded. */
const inner = { name: "the page in the frame" };

beforeEach(() => {
  setLang("en");
  clock.sync(at(10));
  vi.spyOn(HTMLIFrameElement.prototype, "contentWindow", "get").mockReturnValue(
    inner as unknown as Window,
  );
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function show(checkout: Checkout | null, more: { isGivenUp?: boolean; isOpen?: boolean } = {}) {
  const calls = {
    onDone: vi.fn(),
    onElsewhere: vi.fn(),
    onGiveUp: vi.fn(),
    onPutBack: vi.fn(),
    onClose: vi.fn(),
  };
  const props = {
    clock,
    isOpen: true,
    isBusy: false,
    isExisting: false,
    isGivenUp: false,
    problem: null,
    slug: "bottega",
    ...calls,
    ...more,
  };
  const drawn = render(<CheckoutSheet checkout={checkout} {...props} />);
  const frame = () => drawn.container.querySelector<HTMLIFrameElement>("iframe");
  const draw = (next: Checkout, change = {}) =>
    drawn.rerender(<CheckoutSheet checkout={next} {...props} {...change} />);
  return { ...drawn, ...calls, frame, draw };
}

/** What the page in the frame says, as if the browser had brought it. */
function say(data: unknown, { source = inner as unknown, origin = location.origin } = {}) {
  const message = new MessageEvent("message", { data, origin });
  Object.defineProperty(message, "source", { value: source });
  act(() => void window.dispatchEvent(message));
}

describe("the page beside the video", () => {
  it("stands in the sheet and leaves the show in use", async () => {
    const { container, frame } = show(beside);
    await waitFor(() => expect(frame()).not.toBeNull());
    expect(frame()?.getAttribute("src")).toBe("/sandbox/pay/cs_1?lang=en");
    expect(frame()?.title).toBe(purchaseTexts.value.payForm);
    const dialog = container.querySelector("dialog");
    expect(dialog?.className).toContain("is-beside");
  });

  it("is not there while the sheet is closed", () => {
    expect(show(beside, { isOpen: false }).frame()).toBeNull();
  });

  it("stays the same however often the checkout is looked at", async () => {
    const { frame, draw } = show(beside);
    await waitFor(() => expect(frame()).not.toBeNull());
    const first = frame();
    draw({ ...beside, embedded: beside.embedded && { ...beside.embedded } });
    expect(frame()).toBe(first);
  });

  it("goes when the buyer is done, and the server is asked at once", async () => {
    const { frame, onDone, findByText } = show(beside);
    await waitFor(() => expect(frame()).not.toBeNull());
    const complete = { vetrina: "sandbox.complete", session: "cs_1" };
    say(complete, { origin: "https://elsewhere.example" });
    say(complete, { source: window });
    say({ vetrina: "hello" });
    expect(onDone).not.toHaveBeenCalled();
    say(complete);
    expect(onDone).toHaveBeenCalledTimes(1);
    await findByText(purchaseTexts.value.processingTitle);
    expect(frame()).toBeNull();
  });

  it("goes when the time is up, before the server says so", async () => {
    const { frame, findByText } = show(beside);
    await waitFor(() => expect(frame()).not.toBeNull());
    act(() => {
      clock.sync(at(601));
      tick.value += 1;
    });
    await findByText(purchaseTexts.value.expiredTitle);
    expect(frame()).toBeNull();
  });

  it("goes when the reservation is being ended", async () => {
    const { frame, draw, getByText } = show(beside);
    await waitFor(() => expect(frame()).not.toBeNull());
    draw({ ...beside, status: "releasing", embedded: null });
    getByText(purchaseTexts.value.expiredTitle);
    expect(frame()).toBeNull();
    draw({ ...beside, status: "releasing", embedded: null }, { isGivenUp: true });
    getByText(purchaseTexts.value.releasing);
  });

  it("closes by Escape wherever the focus is, and keeps the focus when the page goes", async () => {
    const { container, frame, draw, onClose } = show(beside);
    await waitFor(() => expect(frame()).not.toBeNull());
    frame()?.focus();
    draw({ ...beside, status: "paid", embedded: null });
    expect(container.querySelector("h2")).toBe(document.activeElement);
    (document.activeElement as HTMLElement).blur();
    fireEvent.keyDown(document.body, { key: "Escape" });
    await waitFor(() => expect(onClose).toHaveBeenCalledTimes(1));
  });

  it("can be left for a tab of its own", async () => {
    const { findByText, onElsewhere } = show(beside);
    fireEvent.click(await findByText(purchaseTexts.value.payElsewhere));
    expect(onElsewhere).toHaveBeenCalledTimes(1);
  });
});

it("says what to do where nothing opens the page any more", () => {
  const { getByRole, onElsewhere } = show({ ...beside, embedded: null });
  expect(getByRole("alert").textContent).toBe(purchaseTexts.value.payFormFailed);
  fireEvent.click(getByRole("button", { name: purchaseTexts.value.payElsewhere }));
  expect(onElsewhere).toHaveBeenCalledTimes(1);
});

it("waits for the page of a fresh reservation", () => {
  const { getByText } = show({ ...beside, status: "reserved", embedded: null });
  getByText(purchaseTexts.value.preparingPayment);
});
