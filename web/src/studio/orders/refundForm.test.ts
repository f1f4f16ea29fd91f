import { describe, expect, it } from "vitest";
import { ApiProblem } from "../../lib/problem";
import { eur, orderLine, orderPage } from "../../lib/testing/builders";
import {
  errorsIn,
  isSurelyUndone,
  newRefund,
  type RefundDraft,
  refusedFields,
  requestOf,
  restockable,
} from "./refundForm";

const order = orderPage();
const draft = (change: Partial<RefundDraft> = {}): RefundDraft => ({
  ...newRefund(order, "it"),
  ...change,
});
const refusal = (status: number, code: string, pointer?: string) =>
  new ApiProblem({
    code,
    status,
    detail: "",
    errors: pointer === undefined ? [] : [{ pointer, code: "out_of_range" }],
  });

describe("a refund as it is written", () => {
  it("begins with all that is left, and puts nothing back on sale", () => {
    expect(draft()).toEqual({ amount: "89,70", restock: [0, 0], note: "" });
    expect(requestOf(draft(), order)?.body).toEqual({ amount: 8970, restock: [], note: null });
  });

  it("sends the amount that was written, the ticked lines by their place, and the note", () => {
    const written = draft({ amount: "29,90", restock: [0, 1], note: "  macchiata " });
    expect(requestOf(written, order)).toEqual({
      amount: eur(2990),
      body: { amount: 2990, restock: [{ line: 1, units: 1 }], note: "macchiata" },
    });
  });

  it.each([
    ["", "amount"],
    ["0", "amount"],
    ["-5", "amount"],
    ["1,999", "above_left"],
    ["89,71", "above_left"],
  ])("refuses %j as %s before anything is sent", (amount, code) => {
    expect([...errorsIn(draft({ amount }), order)]).toEqual([["/amount", code]]);
    expect(requestOf(draft({ amount }), order)).toBeNull();
  });

  it("refuses a note longer than the server takes, counted in characters", () => {
    expect(errorsIn(draft({ note: "🧣".repeat(500) }), order).size).toBe(0);
    expect(errorsIn(draft({ note: "🧣".repeat(501) }), order).get("/note")).toBe("too_long");
  });

  it("puts back no more than was sold and has not come back", () => {
    expect(restockable(orderLine({ units: 3, restocked_units: 1 }))).toBe(2);
    expect(restockable(orderLine({ units: 1, restocked_units: 1 }))).toBe(0);
  });
});

describe("a refusal", () => {
  it("is shown at the line of the order, not at its place in the request", () => {
    const body = { amount: 1, restock: [{ line: 1, units: 1 }], note: null };
    const found = refusedFields(refusal(422, "invalid", "/restock/0/units"), body);
    expect([...found]).toEqual([["/restock/1", "out_of_range"]]);
    expect(refusedFields(refusal(422, "invalid", "/amount"), body).has("/amount")).toBe(true);
  });

  it("leaves the attempt open where money may have gone back all the same", () => {
    expect(isSurelyUndone(refusal(422, "invalid"))).toBe(true);
    expect(isSurelyUndone(refusal(409, "disputed"))).toBe(true);
    expect(isSurelyUndone(refusal(409, "idempotency_in_progress"))).toBe(false);
    expect(isSurelyUndone(refusal(0, "timeout"))).toBe(false);
    expect(isSurelyUndone(refusal(503, "unavailable"))).toBe(false);
  });
});
