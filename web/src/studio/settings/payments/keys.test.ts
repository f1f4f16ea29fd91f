import { describe, expect, it } from "vitest";
import { keyErrors } from "./keys";

const code = (key: string, mode: "test" | "live") => keyErrors(key, mode).get("/secret_key");

describe("a key", () => {
  it("is taken for the money that it moves", () => {
    for (const key of ["sk_test_abcde", " rk_test_abcde\n"]) {
      expect(code(key, "test")).toBeUndefined();
      expect(code(key, "live")).toBe("key_of_other_mode");
    }
    expect(code("rk_live_abcde", "live")).toBeUndefined();
  });

  it("is told apart from everything else", () => {
    for (const key of ["", "pk_test_abcde", "whsec_abcde", "sk_test_", "sk_test_a b c d e"]) {
      expect(code(key, "test")).toBe("unknown_key");
    }
  });
});
