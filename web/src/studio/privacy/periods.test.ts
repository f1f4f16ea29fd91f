import { expect, test } from "vitest";
import { daysOf, periodsOf } from "./periods";

test("periods are sent as they were told", () => {
  const kept = { chat_days: 365, address_days: 30, unpaid_days: 90, audit_days: 730 };
  expect(daysOf(periodsOf(kept))).toEqual(kept);
});

test("what is no number of days is sent as one that is refused", () => {
  for (const typed of ["", "a year", "-3", "3.5", "1e3", "9999999"]) {
    const draft = { chat_days: typed, address_days: " 7 ", unpaid_days: "1", audit_days: "1" };
    expect(daysOf(draft)).toMatchObject({ chat_days: 0, address_days: 7 });
  }
});
