import { describe, expect, it } from "vitest";
import { bagEn } from "../i18n/bag.en";
import { bagIt } from "../i18n/bag.it";
import { commonEn } from "../i18n/common.en";
import { commonIt } from "../i18n/common.it";
import { deliveryEn } from "../i18n/delivery.en";
import { deliveryIt } from "../i18n/delivery.it";
import { viewerEn } from "../i18n/viewer.en";
import { viewerIt } from "../i18n/viewer.it";
import { chooseLang, formatCount, textOf } from "./i18n";

describe("chooseLang", () => {
  const sources = { search: "", stored: null, preferred: ["de-DE", "it-IT", "en"] };

  it("follows the address, then the choice, then the browser", () => {
    expect(chooseLang({ ...sources, search: "?lang=en", stored: "it" })).toBe("en");
    expect(chooseLang({ ...sources, stored: "en" })).toBe("en");
    expect(chooseLang(sources)).toBe("it");
  });

  it("passes over what it does not speak", () => {
    expect(chooseLang({ search: "?lang=xx", stored: "zz", preferred: ["fr"] })).toBe("en");
  });
});

describe("dictionaries", () => {
  const keys = (texts: object): string[] =>
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === "object" ? keys(value).map((inner) => `${key}.${inner}`) : [key],
    );
  const texts = (from: object): string[] =>
    Object.values(from).flatMap((value) => {
      if (typeof value === "object") return texts(value);
      return typeof value === "function" ? [value(2, 2), value(1, 1)] : [value];
    });

  it("have the same keys and no empty text", () => {
    for (const [en, it] of [
      [commonEn, commonIt],
      [viewerEn, viewerIt],
      [bagEn, bagIt],
      [deliveryEn, deliveryIt],
    ]) {
      expect(keys(it ?? {})).toEqual(keys(en ?? {}));
      expect([...texts(it ?? {}), ...texts(en ?? {})].every((text) => text.length > 0)).toBe(true);
    }
  });

  it("explain every problem code that a viewer meets", () => {
    const codes = [
      ...["unauthenticated", "not_found", "invalid", "bad_request", "rate_limited"],
      ...["overloaded", "internal"],
      ...["name_taken", "name_reserved", "name_required", "slow_mode", "muted", "banned"],
      ...["duplicate", "links_not_allowed", "show_not_open", "unavailable", "unknown_type"],
      ...["chat_locked", "review_full"],
      ...["questions_closed", "questions_full", "questions_waiting", "question_settled"],
      ...["sold_out", "not_selling", "product_unavailable", "reservation_exists"],
      ...["payments_unavailable", "offline", "timeout", "queue_full", "closed"],
    ];
    for (const code of codes) expect(textOf(commonIt.problems, code), code).not.toBeNull();
    expect(textOf(commonIt.problems, "constructor")).toBeNull();
  });
});

it("writes counts with separators", () => {
  expect(formatCount(1243, "it")).toBe("1.243");
  expect(formatCount(1243, "en")).toBe("1,243");
});
