import { describe, expect, it } from "vitest";
import { hintFor } from "./password";

describe("password hint", () => {
  it("asks for eight characters first", () => {
    expect(hintFor("")).toBe("too-short");
    expect(hintFor("Xk4!pq9")).toBe("too-short");
  });
  it("recognises what everybody tries", () => {
    expect(hintFor("password2026")).toBe("guessable");
    expect(hintFor("aaaaaaaaaaaaaaaaaa")).toBe("guessable");
    expect(hintFor("1234567890")).toBe("guessable");
  });
  it("recognises the member's own words", () => {
    expect(hintFor("Sartoria2026", ["Sartoria Bianchi", "anna@bianchi.it"])).toBe("guessable");
    expect(hintFor("Sartoria2026")).toBe("fair");
  });
  it("prefers a long phrase", () => {
    expect(hintFor("tre gatti su una barca a vela")).toBe("good");
  });
});
