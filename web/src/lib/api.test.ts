import { describe, expect, it } from "vitest";
import { ApiProblem, createApi } from "./api";

type Call = { url: string; init: RequestInit };

function setUp(answer: () => Response | Promise<Response>, token: string | null = null) {
  const calls: Call[] = [];
  const api = createApi({
    token: () => token,
    fetch: async (url, init = {}) => {
      calls.push({ url: String(url), init });
      return answer();
    },
  });
  const header = (name: string) => new Headers(calls.at(-1)?.init.headers).get(name);
  return { api, calls, header };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

async function problemOf(call: Promise<unknown>): Promise<ApiProblem> {
  const problem = await call.catch((cause: unknown) => cause);
  if (problem instanceof ApiProblem) return problem;
  throw new Error("the call was not refused");
}

describe("downloads", () => {
  it("keep every byte, a mark at the beginning too", async () => {
    const { api, calls } = setUp(() => new Response("\ufefforder,test"));
    const file = await api.download("/orders.csv", { query: { separator: "comma" } });
    expect(calls[0]?.url).toBe("/api/v1/orders.csv?separator=comma");
    expect([...new Uint8Array(await file.arrayBuffer())].slice(0, 3)).toEqual([0xef, 0xbb, 0xbf]);
  });

  it("are refused like everything else", async () => {
    const refusal = { code: "export_too_large", status: 422, title: "", detail: "", type: "" };
    const { api } = setUp(() => json(refusal, 422));
    expect((await problemOf(api.download("/orders.csv"))).code).toBe("export_too_large");
  });
});

describe("calls", () => {
  it("carry the token, the query and the body", async () => {
    const { api, calls, header } = setUp(() => json({ id: "x" }), "secret");
    await expect(api.get("/products", { query: { search: "a b", cursor: null } })).resolves.toEqual(
      {
        id: "x",
      },
    );
    expect(calls[0]?.url).toBe("/api/v1/products?search=a+b");
    expect(header("authorization")).toBe("Bearer secret");
    await api.patch("/products/1", { title: "t" }, { ifMatch: 3 });
    expect(calls[1]?.init.body).toBe('{"title":"t"}');
    expect(header("if-match")).toBe('"3"');
    expect(header("content-type")).toBe("application/json");
  });

  it("give every POST an idempotency key, and keep the one they are told", async () => {
    const { api, header } = setUp(() => json({}));
    await api.post("/shows", {});
    expect(header("idempotency-key")).toMatch(/^[0-9a-f-]{36}$/);
    await api.post("/shows/1/checkouts", {}, { idempotencyKey: "k1" });
    expect(header("idempotency-key")).toBe("k1");
    await api.put("/shows/1/status", { status: "live" });
    expect(header("idempotency-key")).toBeNull();
  });

  it("take 204 as nothing", async () => {
    const { api } = setUp(() => new Response(null, { status: 204 }));
    await expect(api.delete("/products/1")).resolves.toBeNull();
  });

  it("upload bytes as they are", async () => {
    const { api, calls, header } = setUp(() => json({}, 201));
    const bytes = new Blob(["abc"]);
    await api.upload("/products/1/images", bytes, "image/png", { query: { alt: "a" } });
    expect(calls[0]?.init.body).toBe(bytes);
    expect(header("content-type")).toBe("image/png");
  });
});

describe("problems", () => {
  it("keep code, status, errors and what is in the way", async () => {
    const body = {
      type: "about:blank",
      title: "t",
      status: 409,
      detail: "d",
      code: "reservation_exists",
      request_id: "r1",
      checkout_id: "c1",
      errors: [{ pointer: "/lines", code: "invalid" }],
    };
    const { api } = setUp(() => json(body, 409, { "retry-after": "3" }));
    expect(await problemOf(api.post("/shows/1/checkouts", {}))).toMatchObject({
      code: "reservation_exists",
      status: 409,
      checkoutId: "c1",
      requestId: "r1",
      retryMs: 3_000,
      errors: body.errors,
    });
  });

  it("name a refusal of something that is not our server", async () => {
    for (const [status, code] of [
      [401, "unauthenticated"],
      [404, "not_found"],
      [429, "rate_limited"],
      [502, "overloaded"],
      [500, "internal"],
    ] as const) {
      const { api } = setUp(() => new Response("<h1>proxy</h1>", { status }));
      expect(await problemOf(api.get("/me"))).toMatchObject({ code, status });
    }
  });

  it("take a page in place of an answer as a fault", async () => {
    const { api } = setUp(() => new Response("<html>", { status: 200 }));
    expect(await problemOf(api.get("/me"))).toMatchObject({ code: "internal", status: 200 });
  });

  it("tell a lost network from an answer", async () => {
    const { api } = setUp(() => Promise.reject(new TypeError("failed to fetch")));
    expect(await problemOf(api.get("/me"))).toMatchObject({ code: "offline", status: 0 });
  });
});
