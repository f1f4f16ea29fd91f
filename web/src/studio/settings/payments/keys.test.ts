import { describe, expect, it } from "vitest";
import { keyErrors, publishableErrors } from "./keys";

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

describe("a key for browsers", () => {
  const code = (key: string) => publishableErrors(key, "test").get("/publishable_key");

  it("may be left out, and goes with the money of the secret one", () => {
    for (const key of ["", " ", "pk_test_abcde"]) expect(code(key)).toBeUndefined();
    expect(code("pk_live_abcde")).toBe("key_of_other_mode");
    for (const key of ["sk_test_abcde", "pk_test_", "pk_test_a b"]) {
      expect(code(key)).toBe("unknown_publishable_key");
    }
  });
});
