import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiProblem } from "../lib/problem";
import { at, eur, orderLine, product, state, variant, you } from "../lib/testing/builders";
import type { Checkout, OrderStatus, You } from "../lib/types";
import type { Panel, ShowModel } from "../viewer/show/model";
import type { Load } from "../viewer/store/show";
import type { PageLink } from "./link";
import { watchModel } from "./watch";

const SCARF = product();
const BAG = product({ id: "p2", title: "Bag", variants: [variant({ id: "v2" })] });

function checkout(status: OrderStatus, id = "c1"): Checkout {
  return {
    id,
    show_id: "show1",
    number: "TEST-1042",
    status,
    is_test: true,
    subtotal: eur(1990),
    total: eur(2490),
    delivers_to: [],
    lines: [orderLine()],
    reserved_until: at(600),
    pay_url: "/sandbox/pay/cs_1",
    embedded: null,
    queue_place: null,
    order_url: "/order/secret",
    created_at: at(0),
  };
}

/** A model of which a test moves the signals, and what the page around was told of it. */
function setUp() {
  const shown = signal(state({ lineup: [SCARF, BAG], featured: [], status: "live" }));
  const person = signal<You | null>(null);
  const current = signal<Checkout | null>(null);
  const panel = signal<Panel>(null);
  const load = signal<Load>({ kind: "ready" });
  const get = vi.fn<(path: string) => Promise<Checkout>>();
  const look = vi.fn();
  const model = {
    api: { get },
    show: { state: shown, onScreen: shown, load, you: person },
    checkout: { checkout: current, look },
    panel,
  } as unknown as ShowModel;
  const send = vi.fn<PageLink["send"]>();
  watchModel(model, { send, on: vi.fn(), ask: vi.fn() });
  const told = (type: string) =>
    send.mock.calls.filter(([name]) => name === type).map(([, data]) => data);
  return { shown, person, current, panel, load, get, look, told };
}

let isHidden = false;

beforeEach(() => {
  sessionStorage.clear();
  vi.useFakeTimers();
  isHidden = false;
  vi.spyOn(document, "hidden", "get").mockImplementation(() => isHidden);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("is ready once, and tells each state once", () => {
  const { shown, told } = setUp();
  shown.value = { ...shown.value };
  expect(told("ready")).toHaveLength(1);
  expect(told("state")).toEqual([{ status: "live" }]);
  shown.value = state({ lineup: [SCARF], status: "ended" });
  expect(told("ready")).toHaveLength(1);
  expect(told("state")).toEqual([{ status: "live" }, { status: "ended" }]);
});

it("says that a show is not there", () => {
  const { load, told } = setUp();
  load.value = { kind: "missing" };
  expect(told("state").at(-1)).toEqual({ status: "missing" });
});

it("tells what comes on screen and what is opened, each time anew", () => {
  const { shown, panel, told } = setUp();
  const feature = (featured: string[]) => {
    shown.value = { ...shown.value, show: { ...shown.value.show, featured } };
  };
  feature(["p1"]);
  feature(["p1"]);
  feature([]);
  feature(["p1"]);
  expect(told("product-featured")).toHaveLength(2);
  expect(told("product-featured")[0]).toMatchObject({ product: { id: "p1", title: "Scarf" } });
  panel.value = { kind: "product", id: "p2" };
  panel.value = { kind: "bag" };
  panel.value = { kind: "product", id: "p2" };
  panel.value = { kind: "product", id: "gone" };
  expect(told("product-click")).toHaveLength(2);
});

it("tells a purchase once, without anything that leads to its buyer", () => {
  const { current, told } = setUp();
  current.value = checkout("reserved");
  current.value = checkout("open");
  expect(told("checkout")).toHaveLength(1);
  current.value = checkout("processing");
  expect(told("purchase")).toEqual([]);
  current.value = checkout("paid");
  current.value = checkout("shipped");
  current.value = { ...checkout("paid") };
  expect(told("purchase")).toHaveLength(1);
  expect(told("purchase")[0]).toMatchObject({ order: "TEST-1042", total: eur(2490), isTest: true });
  expect(JSON.stringify(told("purchase"))).not.toMatch(/secret|c1|pay_url/);
});

it.each(["expired", "failed", "refund_due", "refunded"] as const)(
  "tells no purchase of an order that ends as %s",
  async (status) => {
    const { current, get, person, told } = setUp();
    person.value = you();
    current.value = checkout("open");
    current.value = checkout(status);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(told("purchase")).toEqual([]);
    expect(get).not.toHaveBeenCalled();
  },
);

it("looks itself while the payment's tab lies over the page", async () => {
  const { current, person, get, look, told } = setUp();
  person.value = you();
  current.value = checkout("open");
  get.mockResolvedValue(checkout("open"));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(get).not.toHaveBeenCalled();
  isHidden = true;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(get).toHaveBeenLastCalledWith("/checkouts/c1");
  get.mockRejectedValueOnce(new Error("no network"));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told("purchase")).toEqual([]);
  get.mockResolvedValue(checkout("paid"));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told("purchase")).toHaveLength(1);
  expect(look).toHaveBeenCalledOnce();
  const looks = get.mock.calls.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(get).toHaveBeenCalledTimes(looks);
});

it("forgets a purchase that is not this viewer's", async () => {
  setUp().current.value = checkout("open");
  const { get, person, told } = setUp();
  get.mockRejectedValue(new ApiProblem({ code: "not_found", status: 404, detail: "" }));
  person.value = you();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(get).toHaveBeenCalledOnce();
  expect(told("purchase")).toEqual([]);
});

it("tells after a reload what was paid meanwhile", async () => {
  const before = setUp();
  before.current.value = checkout("open");
  const after = setUp();
  after.get.mockResolvedValue(checkout("paid"));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(after.get).not.toHaveBeenCalled();
  after.person.value = you();
  await vi.advanceTimersByTimeAsync(0);
  expect(after.told("purchase")).toHaveLength(1);
  const later = setUp();
  later.person.value = you();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(later.get).not.toHaveBeenCalled();
});
