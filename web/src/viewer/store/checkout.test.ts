import { signal } from "@preact/signals";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Api, ApiProblem } from "../../lib/api";
import { at, eur, state, you } from "../../lib/testing/builders";
import type { Checkout, NewCheckout, OrderLine, OrderStatus, You } from "../../lib/types";
import { createCheckoutStore } from "./checkout";
import type { ViewerSession } from "./session";
import type { ShowStore } from "./show";

function checkout(status: OrderStatus, id = "c1"): Checkout {
  return {
    id,
    show_id: "show1",
    number: "1042",
    status,
    is_test: true,
    subtotal: eur(1990),
    total: eur(1990),
    lines: [],
    delivers_to: [],
    reserved_until: at(600),
    pay_url: "/pay",
    embedded: null,
    queue_place: null,
    order_url: "/order/t",
    created_at: at(0),
  };
}

const SCARF = [{ variantId: "v1", units: 1 }];

function line(variantId: string, units: number): OrderLine {
  return {
    product_id: "p1",
    variant_id: variantId,
    title: "Scarf",
    variant_title: "",
    sku: null,
    units,
    unit_amount: eur(1990),
    restocked_units: 0,
  };
}

function setUp(returningId: string | null = null) {
  const keys: (string | undefined)[] = [];
  const server = {
    status: "open" as OrderStatus,
    released: "releasing" as OrderStatus,
    problems: [] as ApiProblem[],
  };
  const api = {
    get: vi.fn(async (path: string) => checkout(server.status, path.split("/").at(-1))),
    delete: vi.fn(async (_path: string) => checkout(server.released)),
    post: vi.fn(async (_path: string, _body: unknown, options?: { idempotencyKey?: string }) => {
      keys.push(options?.idempotencyKey);
      const problem = server.problems.shift();
      if (problem) throw problem;
      return checkout("open");
    }),
  };
  const session: ViewerSession = {
    token: () => "t",
    ensure: async () => "t",
    rememberReturn: vi.fn(),
  };
  const me = signal<You | null>(null);
  const show = { state: signal(state()), repriced: signal(new Map()), you: me };
  const store = createCheckoutStore({
    api: api as unknown as Api,
    session,
    show: show as unknown as ShowStore,
    returningId,
  });
  return { store, api, server, session, me, keys };
}

const problem = (code: string, status: number, checkoutId: string | null = null) =>
  new ApiProblem({ code, status, detail: "", checkoutId });

beforeEach(() => {
  history.replaceState(null, "", "/show/autumn");
});

describe("buying", () => {
  it("opens with the reservation and remembers the way back from the pay page", async () => {
    const { store, session } = setUp();
    await store.buy(SCARF, null);
    expect(store.isOpen.value).toBe(true);
    expect(store.checkout.value?.status).toBe("open");
    expect(session.rememberReturn).toHaveBeenCalledWith("c1");
  });

  it("repeats an unanswered click with the same key, an answered one with another", async () => {
    const { store, server, keys } = setUp();
    server.problems = [problem("offline", 0), problem("timeout", 0), problem("sold_out", 409)];
    for (let n = 0; n < 4; n += 1) await store.buy(SCARF, null);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[1]).toBe(keys[2]);
    expect(keys[3]).not.toBe(keys[2]);
    expect(store.problem.value).toBeNull();
  });

  it("shows the reservation that stands in the way", async () => {
    const { store, server } = setUp();
    server.problems = [problem("reservation_exists", 409, "older")];
    await store.buy(SCARF, null);
    expect(store.checkout.value?.id).toBe("older");
    expect(store.isExisting.value).toBe(true);
    expect(store.isOpen.value).toBe(true);
  });

  it("says where it goes, and takes another country for another purchase", async () => {
    const { store, api, server, keys } = setUp();
    server.problems = [problem("offline", 0), problem("offline", 0)];
    await store.buy(SCARF, "IT");
    await store.buy(SCARF, "IT");
    await store.buy(SCARF, "DE");
    const sent = api.post.mock.calls.map(([, body]) => (body as NewCheckout).ship_to);
    expect(sent).toEqual(["IT", "IT", "DE"]);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  it("says why when it is refused", async () => {
    const { store, server } = setUp();
    server.problems = [problem("sold_out", 409)];
    await store.buy(SCARF, null);
    expect(store.problem.value?.code).toBe("sold_out");
    expect(store.isOpen.value).toBe(false);
  });
});

describe("afterwards", () => {
  it("restores a held reservation after a reload, without opening it", () => {
    const { store, me } = setUp();
    me.value = you({ held: [checkout("open")] });
    expect(store.checkout.value?.id).toBe("c1");
    expect(store.isOpen.value).toBe(false);
  });

  it("shows how it ended on return from the pay page, once", async () => {
    history.replaceState(null, "", "/show/autumn?checkout=c7");
    const { store, me, server } = setUp("c7");
    server.status = "paid";
    me.value = you();
    await vi.waitFor(() => expect(store.checkout.value?.status).toBe("paid"));
    expect(store.isOpen.value).toBe(true);
    store.close();
    expect(store.checkout.value).toBeNull();
    expect(location.search).toBe("");
  });

  it("says so when the returned checkout belongs to someone else", async () => {
    const { store, me, api } = setUp("c7");
    api.get.mockRejectedValue(problem("not_found", 404));
    me.value = you();
    await vi.waitFor(() => expect(store.problem.value?.code).toBe("not_found"));
    expect(store.checkout.value).toBeNull();
  });

  it("gives a reservation up, and an open one survives closing the panel", async () => {
    const { store, me } = setUp();
    me.value = you({ held: [checkout("open")] });
    store.open();
    store.close();
    expect(store.checkout.value?.status).toBe("open");
    await store.giveUp();
    expect(store.checkout.value?.status).toBe("releasing");
    expect(store.isGivenUp.value).toBe(true);
  });
});

describe("paying elsewhere", () => {
  const bodies = (api: ReturnType<typeof setUp>["api"]) =>
    api.post.mock.calls.map(([, body]) => body as NewCheckout);

  it("asks for a page beside the video, and after a failure for one in a tab", async () => {
    const { store, api, server } = setUp();
    await store.buy(SCARF, null);
    const held = { ...checkout("open"), lines: [line("v1", 2)], delivers_to: ["DE", "AT"] };
    api.get.mockResolvedValueOnce(held);
    store.look();
    await vi.waitFor(() => expect(store.checkout.value?.lines).toHaveLength(1));
    server.released = "expired";
    await store.payElsewhere();
    expect(api.delete).toHaveBeenCalledWith("/checkouts/c1");
    await store.buy([{ variantId: "v3", units: 1 }], null);
    expect(bodies(api).map(({ ui }) => ui)).toEqual(["embedded", "hosted", "hosted"]);
    expect(bodies(api)[1]?.lines).toEqual([{ variant_id: "v1", units: 2, seen_price: 1990 }]);
    expect(bodies(api)[1]?.ship_to).toBe("DE");
    expect(store.checkout.value?.status).toBe("open");
    expect(store.isGivenUp.value).toBe(false);
  });

  it("takes nothing again before the first page is closed", async () => {
    vi.useFakeTimers();
    const { store, api, server } = setUp();
    await store.buy(SCARF, null);
    server.status = "releasing";
    const moving = store.payElsewhere();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(api.post).toHaveBeenCalledTimes(1);
    server.status = "expired";
    await vi.advanceTimersByTimeAsync(2_000);
    await moving;
    expect(api.post).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });

  it("shows the sale when it was paid meanwhile", async () => {
    const { store, api, server } = setUp();
    await store.buy(SCARF, null);
    server.released = "paid";
    await store.payElsewhere();
    expect(store.checkout.value?.status).toBe("paid");
    expect(api.post).toHaveBeenCalledTimes(1);
  });

  it("says so when somebody else was faster", async () => {
    const { store, server } = setUp();
    await store.buy(SCARF, null);
    server.released = "expired";
    server.problems = [problem("sold_out", 409)];
    await store.payElsewhere();
    expect(store.problem.value?.code).toBe("sold_out");
    expect(store.checkout.value?.status).toBe("expired");
    expect(store.isBusy.value).toBe(false);
  });
});
