import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { orderEn } from "../i18n/order.en";
import { eur } from "../lib/testing/builders";
import type { WithdrawalRight, WithdrawalView } from "../lib/types";
import { setLang } from "../ui/lang";
import { OrderRights } from "./OrderRights";

const RECEIPT: WithdrawalView = {
  id: "w1",
  at: "2026-06-19T14:03:05.000Z",
  lines: [],
  amount: eur(4990),
  refund_due_at: "2026-07-03T14:03:05.000Z",
  is_settled: false,
};

function show(right: Partial<WithdrawalRight>) {
  const whole = { is_open: true, ends_at: null, url: "/order/t/withdrawal", lines: [], ...right };
  return render(<OrderRights right={{ receipts: [], ...whole }} text={orderEn} />);
}

beforeEach(() => setLang("en"));
afterEach(cleanup);

describe("the right of withdrawal on the order's page", () => {
  it("leads to the page for it under the name that the law gives it", () => {
    show({});
    const link = screen.getByRole("link", { name: "Withdraw from contract here" });
    expect(link.getAttribute("href")).toBe("/order/t/withdrawal?lang=en");
    screen.getByText(orderEn.withdrawAnyTime);
  });

  it("says until when, once a delivery is known", () => {
    const { container } = show({ ends_at: "2026-07-07T12:00:00.000Z" });
    expect(container.textContent).toContain("July");
    expect(screen.queryByText(orderEn.withdrawAnyTime)).toBeNull();
  });

  it("shows what arrived and what is owed when nothing is left", () => {
    const { container } = show({ is_open: false, receipts: [RECEIPT] });
    expect(container.textContent).toContain("€49.90 to be given back by");
    screen.getByRole("link", { name: orderEn.receipt });
    cleanup();
    const settled = show({ is_open: false, receipts: [{ ...RECEIPT, is_settled: true }] });
    expect(settled.container.textContent).toContain(orderEn.refundDone("€49.90"));
  });

  it("is silent where there is nothing to withdraw from", () => {
    expect(show({ is_open: false }).container.textContent).toBe("");
  });
});
