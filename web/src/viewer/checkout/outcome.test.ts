import { expect, it } from "vitest";
import { at, eur } from "../../lib/testing/builders";
import type { Checkout, OrderStatus } from "../../lib/types";
import { outcomeOf } from "./outcome";
import { purchaseTexts } from "./texts";

const checkout = (status: OrderStatus, isTest = false): Checkout => ({
  id: "c1",
  show_id: "show1",
  number: "1042",
  status,
  is_test: isTest,
  subtotal: eur(1990),
  total: eur(1990),
  delivers_to: [],
  lines: [],
  reserved_until: null,
  pay_url: null,
  embedded: null,
  queue_place: null,
  order_url: "/order/t",
  created_at: at(0),
});
const said = (status: OrderStatus, isGivenUp = false, isTest = false) =>
  outcomeOf(checkout(status, isTest), isGivenUp, purchaseTexts.value);

it("has nothing to say while it can be paid", () => {
  expect(said("reserved")).toBeNull();
  expect(said("open")).toBeNull();
});

it("never thanks for a test as if money had moved", () => {
  expect(said("paid")?.text).toBe("Order no. 1042 is paid.");
  expect(said("paid", false, true)?.text).toContain("No money moved");
});

it("tells a lapsed reservation from a cancelled one", () => {
  expect(said("expired")?.title).toBe("Time is up");
  expect(said("expired", true)?.title).toBe("Cancelled");
});

it("promises the refund of a payment that came too late", () => {
  expect(said("refund_due")?.text).toContain("being refunded");
  expect(said("failed")?.tone).toBe("bad");
});
