import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { orderPage, refund } from "../../lib/testing/builders";
import { isMoving, OrderFollower } from "./follow";

const due = orderPage({ refunds: [refund()] });
const done = orderPage({ refunds: [refund({ status: "succeeded" })] });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("waits for the server only where the next step is the server's", () => {
  expect(isMoving(due)).toBe(true);
  expect(isMoving(orderPage({ status: "releasing" }))).toBe(true);
  expect(isMoving(done)).toBe(false);
  expect(isMoving(orderPage({ refunds: [refund({ status: "pending" })] }))).toBe(false);
});

it("looks until the refund is carried out, then no more", () => {
  const look = vi.fn();
  const follower = new OrderFollower(look);
  follower.see(due);
  vi.advanceTimersByTime(500);
  expect(look).toHaveBeenCalledTimes(1);
  follower.see(done);
  vi.advanceTimersByTime(600_000);
  expect(look).toHaveBeenCalledTimes(1);
});

it("gives up after a while, whether answers come or not", () => {
  for (const answered of [false, true]) {
    const look = vi.fn(() => {
      if (answered) follower.see({ ...due });
    });
    const follower = new OrderFollower(look);
    follower.see(due);
    vi.advanceTimersByTime(3_600_000);
    expect(look).toHaveBeenCalledTimes(9);
  }
});

it("begins anew with the next refund", () => {
  const look = vi.fn();
  const follower = new OrderFollower(look);
  follower.see(due);
  vi.advanceTimersByTime(3_600_000);
  follower.see(orderPage({ refunds: [...done.refunds, refund({ id: "r2" })] }));
  vi.advanceTimersByTime(500);
  expect(look).toHaveBeenCalledTimes(10);
});

it("stops when the page is left", () => {
  const look = vi.fn();
  const follower = new OrderFollower(look);
  follower.see(due);
  follower.stop();
  vi.advanceTimersByTime(3_600_000);
  expect(look).not.toHaveBeenCalled();
});
