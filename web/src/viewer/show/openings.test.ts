import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ShowSocket } from "../../lib/socket";
import { state, you } from "../../lib/testing/builders";
import type { ShowStatus, You } from "../../lib/types";
import { createOpenings } from "./openings";

const send = vi.fn(async (_type: string, _data: { product_ids: string[] }) => ({}));

function openings(role: You["role"] = "viewer", status: ShowStatus = "live") {
  return createOpenings(
    {
      state: signal(state({ status })),
      you: signal(you({ role })),
      socket: () => ({ send }) as unknown as ShowSocket,
    },
    () => 0,
  );
}

const sent = () => send.mock.calls.map(([, data]) => data.product_ids);

beforeEach(() => {
  vi.useFakeTimers();
  send.mockClear();
});
afterEach(() => vi.useRealTimers());

it("tells of each product once, a few together", () => {
  const own = openings();
  own.add("scarf");
  own.add("bag");
  own.add("scarf");
  expect(send).not.toHaveBeenCalled();
  vi.advanceTimersByTime(3_000);
  expect(sent()).toEqual([["scarf", "bag"]]);
  own.add("bag");
  own.add("hat");
  vi.advanceTimersByTime(3_000);
  expect(sent()).toEqual([["scarf", "bag"], ["hat"]]);
});

it("puts no more into a message than the server takes", () => {
  const own = openings();
  for (let n = 0; n < 45; n += 1) own.add(`p${n}`);
  vi.advanceTimersByTime(9_000);
  expect(sent().map((ids) => ids.length)).toEqual([20, 20, 5]);
});

it("tells what waits when the page is put away", () => {
  const own = openings();
  own.add("scarf");
  own.flush();
  expect(sent()).toEqual([["scarf"]]);
  vi.advanceTimersByTime(9_000);
  expect(sent()).toHaveLength(1);
});

it("counts viewers of a show that sells, and forgets the others until then", () => {
  for (const own of [openings("owner"), openings("viewer", "scheduled")]) {
    own.add("scarf");
    vi.advanceTimersByTime(3_000);
  }
  expect(send).not.toHaveBeenCalled();
  const early = openings("viewer", "scheduled");
  early.add("scarf");
  early.stop();
  vi.advanceTimersByTime(9_000);
  expect(send).not.toHaveBeenCalled();
});

it("is not disturbed by a refusal", async () => {
  send.mockRejectedValueOnce(new Error("unknown_type"));
  const own = openings();
  own.add("scarf");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(sent()).toEqual([["scarf"]]);
});
