import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ANSWER_MS_MAX, createLink, originIn } from "./link";

const ORIGIN = "https://www.shop.example";

/** The page around, as far as the link knows it. */
function pageAround() {
  const postMessage = vi.fn();
  return { page: { postMessage } as unknown as Window, postMessage };
}

function say(page: Window, data: unknown, origin = ORIGIN): void {
  const event = new MessageEvent("message", { data, origin });
  // A window that is none can only be handed over like this.
  Object.defineProperty(event, "source", { value: page });
  dispatchEvent(event);
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("knows an origin only where it is written exactly", () => {
  const of = (origin: string) => originIn(`?${new URLSearchParams({ origin })}`);
  expect(of(ORIGIN)).toBe(ORIGIN);
  expect(of("http://localhost:5173")).toBe("http://localhost:5173");
  for (const other of [
    `${ORIGIN}/`,
    `${ORIGIN}/shop`,
    "https://WWW.shop.example",
    "*",
    "null",
    "",
  ]) {
    expect(of(other)).toBeNull();
  }
  expect(originIn("")).toBeNull();
});

it("tells the page around under its origin, and nobody without one", () => {
  const { page, postMessage } = pageAround();
  createLink(page, ORIGIN).send("state", { status: "live" });
  expect(postMessage.mock.calls).toEqual([
    [{ vetrina: 1, id: "", type: "state", data: { status: "live" } }, ORIGIN],
  ]);
  createLink(page, null).send("state", {});
  expect(postMessage).toHaveBeenCalledOnce();
});

it("hears the page around under its origin alone", () => {
  const { page } = pageAround();
  const link = createLink(page, ORIGIN);
  const heard = vi.fn();
  link.on("mute", heard);
  const mute = { vetrina: 1, id: "", type: "mute", data: { muted: true } };
  say(page, mute, "https://evil.example");
  say(pageAround().page, mute);
  for (const words of [
    null,
    "mute",
    7,
    { ...mute, vetrina: "1" },
    { ...mute, type: 1 },
    { ...mute, id: 1 },
  ]) {
    say(page, words);
  }
  say(page, { ...mute, type: "unknown" });
  expect(heard).not.toHaveBeenCalled();
  say(page, mute);
  expect(heard).toHaveBeenCalledExactlyOnceWith({ muted: true });
});

it("hears nobody where the address names no origin", () => {
  const { page } = pageAround();
  const heard = vi.fn();
  createLink(page, null).on("mute", heard);
  for (const origin of ["", "null", ORIGIN]) {
    say(page, { vetrina: 1, id: "", type: "mute", data: {} }, origin);
  }
  expect(heard).not.toHaveBeenCalled();
});

it.each([
  [true, { success: true, reason: "" }],
  [false, { success: false, reason: "" }],
  [{ success: true }, { success: true, reason: "" }],
  [
    { success: false, reason: "out-of-stock" },
    { success: false, reason: "out-of-stock" },
  ],
  [
    { success: "yes", reason: 7 },
    { success: false, reason: "" },
  ],
  [null, { success: false, reason: "" }],
  ["yes", { success: false, reason: "" }],
  [undefined, null],
])("takes the answer %j for %j", async (data, expected) => {
  const { page, postMessage } = pageAround();
  const answer = createLink(page, ORIGIN).ask("add-to-cart", {});
  const { id } = postMessage.mock.lastCall?.[0] ?? {};
  say(page, { vetrina: 1, id: `${id}0`, type: "answer", data: true });
  say(page, { vetrina: 1, id, type: "answer", data });
  expect(await answer).toEqual(expected);
});

it("waits for an answer no longer than its bound", async () => {
  const { page, postMessage } = pageAround();
  const settled = vi.fn();
  const answer = createLink(page, ORIGIN).ask("add-to-cart", {}).then(settled);
  await vi.advanceTimersByTimeAsync(ANSWER_MS_MAX - 1);
  expect(settled).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await answer;
  expect(settled).toHaveBeenCalledExactlyOnceWith(null);
  // What comes too late changes nothing any more.
  const { id } = postMessage.mock.lastCall?.[0] ?? {};
  say(page, { vetrina: 1, id, type: "answer", data: true });
  expect(settled).toHaveBeenCalledOnce();
});
