import { describe, expect, it } from "vitest";
import { backoffMs, CLOSE_RULES, ruleOf, waitMs } from "./close";

describe("close codes", () => {
  it("follow the table of the server", () => {
    expect(CLOSE_RULES).toMatchInlineSnapshot(`
      {
        "1001": "retry_after",
        "1002": "once",
        "1003": "once",
        "1007": "once",
        "1008": "never",
        "1009": "no_resend",
        "1011": "backoff",
        "1012": "retry_after",
        "1013": "later",
        "4001": "sign_in",
        "4003": "never",
        "4008": "resume",
        "4009": "snapshot",
        "4010": "resume",
        "4029": "long_backoff",
      }
    `);
    expect(ruleOf(1006)).toBe("backoff");
    expect(ruleOf(4999)).toBe("backoff");
  });
});

describe("waiting", () => {
  const most = () => 0.999_999;
  const least = () => 0;

  it("grows from half a second to twenty, and starts anywhere from zero", () => {
    expect([0, 1, 2, 5, 6, 30].map((attempt) => Math.round(backoffMs(attempt, most)))).toEqual([
      500, 1_000, 2_000, 16_000, 20_000, 20_000,
    ]);
    expect(backoffMs(9, least)).toBe(0);
  });

  it("honours the server's time after a restart", () => {
    const wait = { attempt: 0, retryMs: 7_300, random: most };
    expect(waitMs("retry_after", wait)).toBe(7_300);
    expect(waitMs("retry_after", { ...wait, retryMs: null })).toBeLessThanOrEqual(500);
  });

  it("keeps away longer from an overloaded server, longest after flooding", () => {
    const wait = { attempt: 0, retryMs: null };
    expect(waitMs("later", { ...wait, random: least })).toBe(5_000);
    expect(waitMs("long_backoff", { ...wait, random: least })).toBe(30_000);
    expect(waitMs("long_backoff", { ...wait, random: most })).toBeLessThanOrEqual(60_000);
  });
});
