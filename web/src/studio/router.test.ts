import { describe, expect, it } from "vitest";
import { parseRoute, pathOf, type Route, sectionOf, tokenOf } from "./router";

const ID = "0193508e-7c2b-7e6a-9f51-3f5a3a2c9d11";

const ROUTES: Route[] = [
  { page: "shows" },
  { page: "show-new" },
  { page: "show-edit", id: ID },
  { page: "live", id: ID },
  { page: "products" },
  { page: "product-new" },
  { page: "product", id: ID },
  { page: "import" },
  { page: "orders" },
  { page: "order", id: ID },
  { page: "packing" },
  { page: "settings" },
  { page: "payments" },
  { page: "checkout" },
  { page: "embed" },
  { page: "members" },
  { page: "sign-in" },
  { page: "setup" },
  { page: "invitation" },
];

describe("router", () => {
  for (const route of ROUTES) {
    it(`reads back the path of ${route.page}`, () => {
      expect(parseRoute(pathOf(route))).toEqual(route);
    });
  }

  it("opens the shows at the root, with or without a slash", () => {
    expect(parseRoute("/studio")).toEqual({ page: "shows" });
    expect(parseRoute("/studio/")).toEqual({ page: "shows" });
  });

  it("calls everything else missing", () => {
    const paths = [
      "/",
      "/elsewhere",
      "/studio/nothing",
      `/studio/orders/${ID}/edit`,
      `/studio/settings/${ID}`,
      `/studio/shows/${ID}/edit/more`,
      "/sign-in/again",
    ];
    for (const path of paths) expect(parseRoute(path), path).toEqual({ page: "missing" });
  });

  it("keeps the catalogue's import in the catalogue", () => {
    expect(sectionOf({ page: "import" })).toBe("products");
    expect(sectionOf({ page: "live", id: ID })).toBe("shows");
    expect(sectionOf({ page: "sign-in" })).toBeNull();
  });
});

describe("one-time token", () => {
  it("comes from the fragment", () => {
    expect(tokenOf("#token=abc_DEF-123")).toBe("abc_DEF-123");
    expect(tokenOf("token=x&other=y")).toBe("x");
  });
  it("is absent when the fragment holds none", () => {
    expect(tokenOf("")).toBeNull();
    expect(tokenOf("#token=")).toBeNull();
    expect(tokenOf("#elsewhere")).toBeNull();
  });
});
