import { describe, expect, it } from "vitest";
import { isNarrowed, NO_FILTER, queryOf } from "./orderFilter";

describe("the filter of orders", () => {
  it("asks for everything when nothing is chosen", () => {
    expect(Object.values(queryOf(NO_FILTER)).every((value) => value === null)).toBe(true);
    expect(isNarrowed(NO_FILTER)).toBe(false);
  });

  it("sends only what is paid and beyond doubt", () => {
    const query = queryOf({ ...NO_FILTER, view: "to_send" });
    expect(query).toMatchObject({ status: "paid", needs_review: false });
  });

  it("counts the last day as a whole", () => {
    const query = queryOf({ ...NO_FILTER, from: "2026-11-21", until: "2026-11-21" });
    expect(query.created_from).toBe(new Date(2026, 10, 21).toISOString());
    expect(query.created_until).toBe(new Date(2026, 10, 22).toISOString());
  });

  it("keeps a half-written day out of the request", () => {
    expect(queryOf({ ...NO_FILTER, from: "2026-" }).created_from).toBeNull();
  });

  it("tells test money from real money", () => {
    expect(queryOf({ ...NO_FILTER, money: "real" }).is_test).toBe(false);
    expect(queryOf({ ...NO_FILTER, money: "test" }).is_test).toBe(true);
    expect(isNarrowed({ ...NO_FILTER, money: "test" })).toBe(true);
  });
});
