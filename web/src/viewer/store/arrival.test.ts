import { beforeEach, describe, expect, it } from "vitest";
import { product } from "../../lib/testing/builders";
import { arrivedAt, linkCode, readArrival } from "./arrival";

describe("how somebody came", () => {
  beforeEach(() => sessionStorage.clear());

  it("is read from the address", () => {
    const arrival = readArrival("?buy=&product=sciarpa&variant=v1&link=abc2345");
    expect(arrival).toEqual({ product: "sciarpa", variant: "v1", isReady: true, notice: null });
    expect(linkCode()).toBe("abc2345");
    expect(readArrival("?notice=sold_out")).toMatchObject({ product: null, notice: "sold_out" });
  });

  it("outlives a reload without it, and ends with the next link", () => {
    readArrival("?link=abc2345");
    readArrival("");
    expect(linkCode()).toBe("abc2345");
    readArrival("?link=xyz2345");
    expect(linkCode()).toBe("xyz2345");
    sessionStorage.clear();
    readArrival("");
    expect(linkCode()).toBeNull();
  });

  it("leads to a product only while the show has it", () => {
    const here = product({ handle: "sciarpa" });
    expect(arrivedAt(readArrival("?product=sciarpa"), [here])).toBe(here);
    expect(arrivedAt(readArrival("?product=altro"), [here])).toBeUndefined();
    expect(arrivedAt(readArrival(""), [here])).toBeUndefined();
  });
});
