import { fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it } from "vitest";
import { studioEn } from "../../i18n/studio.en";
import { eur, orderPage, refund, shop } from "../../lib/testing/builders";
import type { Order } from "../../lib/types";
import { setLang } from "../../ui/lang";
import { session } from "../session";
import { OrderRefund } from "./OrderRefund";

const words = studioEn.orders.refund;
const nothing = () => {};
const panel = (order: Order) => <OrderRefund order={order} onChange={nothing} onReload={nothing} />;

function signInWith(permissions: string[]): void {
  const member = { id: "m1", name: "Rosa", email: "rosa@example.com", role: "host" as const };
  session.value = { kind: "in", me: { member, shop: shop(), permissions }, hasEnded: false };
}

beforeEach(() => {
  setLang("en");
  signInWith(["orders", "refunds"]);
});
afterEach(() => {
  document.body.innerHTML = "";
});

it("keeps what is being written when a dispute comes in between", () => {
  const { rerender } = render(panel(orderPage()));
  fireEvent.click(screen.getByText(words.open));
  rerender(panel(orderPage({ dispute: "open" })));
  expect(screen.getByLabelText(words.amount("EUR"))).not.toBeNull();
  expect(screen.queryByText(words.open)).toBeNull();
});

it("offers a refund only where one is possible and allowed", () => {
  const offers = (order: Order) => {
    const { unmount } = render(panel(order));
    const isOffered = screen.queryByText(words.open) !== null;
    unmount();
    return isOffered;
  };
  const spent = { refundable: eur(0), refunds: [refund({ status: "succeeded" })] };
  expect(offers(orderPage())).toBe(true);
  expect(offers(orderPage({ dispute: "won" }))).toBe(true);
  expect(offers(orderPage({ dispute: "open" }))).toBe(false);
  expect(offers(orderPage({ dispute: "lost" }))).toBe(false);
  expect(offers(orderPage(spent))).toBe(false);
  signInWith(["orders"]);
  expect(offers(orderPage())).toBe(false);
});

it("offers another look while a bank or the provider is at work", () => {
  render(panel(orderPage({ refunds: [refund({ status: "pending" })] })));
  expect(screen.queryByText(words.look)).not.toBeNull();
});
