import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { defineShow } from "./element";

const ORIGIN = "https://live.shop.example";

type Show = HTMLElement & {
  open(): void;
  close(): void;
  mute(muted?: boolean): boolean;
  updateCart(cart: unknown): boolean;
  updateProduct(product: unknown): boolean;
};
type Sender = { origin?: string; source?: Window | null };
type Told = CustomEvent & { respondWith(answer: unknown): void };

beforeAll(() => {
  // As for a script that stands in a page twice.
  defineShow(ORIGIN);
  defineShow("https://elsewhere.example");
});
beforeEach(() => {
  document.documentElement.lang = "en";
});
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

function put(attributes: Record<string, string> = { show: "autumn" }): Show {
  const show = document.createElement("vetrina-show") as Show;
  for (const [name, value] of Object.entries(attributes)) show.setAttribute(name, value);
  document.body.append(show);
  return show;
}

function part<Name extends keyof HTMLElementTagNameMap>(show: Show, name: Name) {
  return show.shadowRoot?.querySelector(name) ?? null;
}

/** The frame, with a window: the test's browser loads no frames. */
function frameOf(show: Show): HTMLIFrameElement & { contentWindow: Window } {
  const frame = part(show, "iframe");
  if (!frame) throw new Error("there is no frame");
  if (!frame.contentWindow) {
    Object.defineProperty(frame, "contentWindow", { value: { postMessage: vi.fn() } });
  }
  return frame as HTMLIFrameElement & { contentWindow: Window };
}

/** The panel's own button; the first one belongs to the overlay. */
function closerOf(show: Show): HTMLElement {
  const closer = show.shadowRoot?.querySelector<HTMLElement>("dialog > button");
  if (!closer) throw new Error("there is no button");
  return closer;
}

/** What a frame says, or somebody who pretends to be it. */
function say(
  show: Show,
  message: unknown,
  { origin = ORIGIN, source = frameOf(show).contentWindow }: Sender = {},
): void {
  const event = new MessageEvent("message", { data: message, origin });
  // A window that is none can only be handed over like this.
  Object.defineProperty(event, "source", { value: source });
  dispatchEvent(event);
}

function message(type: string, data: unknown = {}, id = ""): object {
  return { vetrina: 1, id, type, data };
}

/** What the frame is told, with the origin that it is meant for. */
function hearing(show: Show) {
  return vi.mocked(frameOf(show).contentWindow.postMessage);
}

function listen(show: Show, type: string) {
  const heard = vi.fn<(event: Event) => void>();
  show.addEventListener(`vetrina:${type}`, heard);
  return heard;
}

it("frames the show of the server that the script came from", () => {
  const show = put({ show: "autunno & co", lang: "it", cart: "shop" });
  const src = new URL(frameOf(show).src);
  expect(src.origin).toBe(ORIGIN);
  expect(src.pathname).toBe("/embed/show/autunno%20%26%20co");
  expect(Object.fromEntries(src.searchParams)).toEqual({
    origin: location.origin,
    lang: "it",
    cart: "shop",
  });
  expect(frameOf(show).title).toBe("Diretta");
  expect(frameOf(show).allow).toBe("autoplay;fullscreen;picture-in-picture;web-share");
});

it("takes the page's language where it has none of its own, and English for others", () => {
  document.documentElement.lang = "it-IT";
  expect(frameOf(put()).title).toBe("Diretta");
  document.documentElement.lang = "de";
  expect(frameOf(put()).title).toBe("Live show");
});

it("follows its attributes, and loads again only for another address", () => {
  const show = put();
  const first = frameOf(show);
  show.setAttribute("layout", "floating");
  expect(frameOf(show)).toBe(first);
  expect(part(show, "dialog")?.className).toBe("floating");
  show.setAttribute("show", "winter");
  expect(frameOf(show)).not.toBe(first);
  expect(frameOf(show).src).toContain("/embed/show/winter?");
  expect(show.shadowRoot?.querySelectorAll("iframe")).toHaveLength(1);
  show.setAttribute("layout", "nonsense");
  expect(part(show, "dialog")?.className).toBe("inline");
  show.removeAttribute("show");
  expect(part(show, "iframe")).toBeNull();
});

it("opens an overlay when somebody wants it, and lets go of it when closed", () => {
  const show = put({ show: "autumn", layout: "overlay" });
  const closed = listen(show, "close");
  expect(part(show, "iframe")).toBeNull();
  part(show, "button")?.click();
  expect(part(show, "dialog")?.open).toBe(true);
  frameOf(show);
  closerOf(show).click();
  expect(part(show, "dialog")?.open).toBe(false);
  expect(part(show, "iframe")).toBeNull();
  expect(closed).toHaveBeenCalledOnce();
  show.close();
  expect(closed).toHaveBeenCalledOnce();
});

it("makes a floating show large, small again, and gone", () => {
  const show = put({ show: "autumn", layout: "floating" });
  const panel = part(show, "dialog");
  say(show, message("open"));
  expect(panel?.classList.contains("large")).toBe(true);
  // Escape inside the frame does what the button does.
  say(show, message("close"));
  expect(panel?.className).toBe("floating");
  frameOf(show);
  closerOf(show).click();
  expect(part(show, "iframe")).toBeNull();
  show.open();
  expect(panel?.className).toBe("floating large");
});

it("keeps a show that stands in the page, whatever key is pressed in it", () => {
  const show = put();
  const closed = listen(show, "close");
  say(show, message("close"));
  frameOf(show);
  expect(closed).not.toHaveBeenCalled();
});

it("tells what its own frame says, as events that rise", () => {
  const show = put();
  const heard = vi.fn();
  document.body.addEventListener("vetrina:state", heard, { once: true });
  say(show, message("state", { status: "live" }));
  expect(heard).toHaveBeenCalledOnce();
  expect(heard.mock.calls[0]?.[0].detail).toEqual({ status: "live" });
});

it("hears nobody else: neither another origin, nor another window, nor other words", () => {
  const [show, other] = [put(), put()];
  const heard = listen(show, "state");
  const state = message("state", { status: "live" });
  say(show, state, { origin: "https://evil.example" });
  say(show, state, { origin: `${ORIGIN}.evil.example` });
  say(show, state, { source: window });
  say(show, state, { source: null });
  say(show, state, { source: frameOf(other).contentWindow });
  for (const words of [null, "state", { type: "state" }, { vetrina: 2, type: "state" }]) {
    say(show, words);
  }
  expect(heard).not.toHaveBeenCalled();
  say(show, state);
  expect(heard).toHaveBeenCalledOnce();
});

it("tells its frame alone, under the exact origin, once that is there to hear it", () => {
  const show = put();
  const told = hearing(show);
  expect(show.mute()).toBe(false);
  expect(told).not.toHaveBeenCalled();
  say(show, message("ready"));
  expect(show.mute()).toBe(true);
  show.mute(false);
  show.updateCart({ lines: [] });
  show.updateProduct({ sku: "A1", available: 2 });
  expect(told.mock.calls).toEqual([
    [message("mute", { muted: true }), ORIGIN],
    [message("mute", { muted: false }), ORIGIN],
    [message("update-cart", { lines: [] }), ORIGIN],
    [message("update-product", { sku: "A1", available: 2 }), ORIGIN],
  ]);
});

const LINE = { product: { id: "p1" }, variant: { id: "v1" }, sku: "A1", quantity: 1 };

it.each([
  ["a promise", (event: Told) => event.respondWith(Promise.resolve(true)), true],
  [
    "a plain answer",
    (event: Told) => event.respondWith({ success: false, reason: "out-of-stock" }),
    { success: false, reason: "out-of-stock" },
  ],
  [
    "a promise that fails",
    (event: Told) => event.respondWith(Promise.reject(new Error("no"))),
    false,
  ],
  ["what cannot be passed on", (event: Told) => event.respondWith(Promise.resolve("x")), "x"],
  ["nothing", () => undefined, undefined],
])("passes the page's answer on: %s", async (_, answer, expected) => {
  const show = put({ show: "autumn", cart: "shop" });
  const told = hearing(show);
  show.addEventListener("vetrina:add-to-cart", (event) => answer(event as Told));
  say(show, message("add-to-cart", LINE, "7"));
  await vi.waitFor(() => expect(told).toHaveBeenCalledOnce());
  expect(told.mock.calls[0]).toEqual([{ ...message("answer", "", "7"), data: expected }, ORIGIN]);
});

it("answers for a page whose answer cannot be sent", async () => {
  const show = put({ show: "autumn", cart: "shop" });
  const told = hearing(show).mockImplementationOnce(() => {
    throw new DOMException("could not be cloned", "DataCloneError");
  });
  show.addEventListener("vetrina:add-to-cart", (event) =>
    (event as Told).respondWith({ success: () => true }),
  );
  say(show, message("add-to-cart", LINE, "8"));
  await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(2));
  expect(told.mock.lastCall).toEqual([message("answer", false, "8"), ORIGIN]);
});

it("cleans up when it is taken out, and starts anew when it is put back", () => {
  const show = put();
  const heard = listen(show, "state");
  const source = frameOf(show).contentWindow;
  say(show, message("ready"));
  show.remove();
  expect(part(show, "iframe")).toBeNull();
  say(show, message("state"), { source });
  expect(heard).not.toHaveBeenCalled();
  document.body.append(show);
  frameOf(show);
  expect(show.mute()).toBe(false);
});
