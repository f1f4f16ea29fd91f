import { describe, expect, it } from "vitest";
import { ApiProblem } from "../../lib/problem";
import { acceptErrorsOf, checkAccept, emptyAccept } from "./invitation";

describe("the form of who was invited", () => {
  it("begins with the address that was invited, if there is one", () => {
    expect(emptyAccept({ email: "anna@example.com" }).email).toBe("anna@example.com");
    expect(emptyAccept({ email: null })).toEqual({ name: "", email: "", password: "" });
  });

  it("asks for everything", () => {
    expect([...checkAccept(emptyAccept({ email: null }))]).toEqual([
      ["/name", "required"],
      ["/email", "required"],
      ["/password", "required"],
    ]);
  });

  it("asks for an address and a password that can be ones", () => {
    const draft = { name: "Anna", email: "anna@", password: "corta" };
    expect([...checkAccept(draft)]).toEqual([
      ["/email", "email"],
      ["/password", "too_short"],
    ]);
    const good = { name: "Anna", email: "anna@example.com", password: "una-password" };
    expect(checkAccept(good).size).toBe(0);
  });

  it("shows a taken address at its field, and the server's fields at theirs", () => {
    const refused = (code: string, pointer?: string) =>
      new ApiProblem({
        status: 422,
        code,
        detail: "",
        errors: pointer === undefined ? [] : [{ pointer, code: "too_long" }],
      });
    expect([...acceptErrorsOf(refused("email_taken"))]).toEqual([["/email", "email_taken"]]);
    expect([...acceptErrorsOf(refused("invalid", "/name"))]).toEqual([["/name", "too_long"]]);
    expect(acceptErrorsOf(refused("limit_reached")).size).toBe(0);
  });
});
