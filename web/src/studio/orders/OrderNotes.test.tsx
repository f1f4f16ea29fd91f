import { render } from "@testing-library/preact";
import { beforeEach, expect, it } from "vitest";
import { studioEn } from "../../i18n/studio.en";
import { orderPage, refund } from "../../lib/testing/builders";
import type { Order } from "../../lib/types";
import { setLang } from "../../ui/lang";
import { OrderNotes } from "./OrderNotes";
import { OrderParcel } from "./OrderParcel";
import { RefundList } from "./RefundList";

const { orders } = studioEn;

beforeEach(() => setLang("en"));

const noted = (change: Partial<Order>) =>
  render(<OrderNotes order={orderPage(change)} />).container.textContent;

it("says nothing of an order that is in order", () => {
  expect(noted({})).toBe("");
});

it("explains how a dispute stands", () => {
  for (const dispute of ["open", "won", "lost"] as const) {
    expect(noted({ dispute })).toBe(orders.disputes[dispute]);
  }
});

it("tells why the provider refused, in its own words, where no payment could be started", () => {
  const failure = "amount_too_small";
  expect(noted({ status: "create_failed", failure })).toContain(failure);
  expect(noted({ status: "paid", failure })).toBe("");
});

it("offers no parcel while the bank decides", () => {
  const order = orderPage({ dispute: "open" });
  const { container } = render(<OrderParcel order={order} onChange={() => {}} />);
  expect(container.textContent).toContain(orders.disputed);
  expect(container.querySelector("form")).toBeNull();
});

it("says why a refund failed and keeps the provider's code, known or not", () => {
  const list = (failure: string | null) =>
    render(<RefundList refunds={[refund({ status: "failed", failure })]} />).container.textContent;
  const known = list("expired_or_canceled_card");
  expect(known).toContain(orders.refund.failures.expired_or_canceled_card);
  expect(known).toContain("expired_or_canceled_card");
  const unknown = list("some_new_code");
  expect(unknown).toContain(orders.refund.failure);
  expect(unknown).toContain("some_new_code");
  expect(list(null)).toContain(orders.refund.failure);
});
