import { beforeEach, expect, it, vi } from "vitest";
import { type Api, ApiProblem } from "../lib/api";
import { at, eur } from "../lib/testing/builders";
import type { BuyerOrder, OrderStatus } from "../lib/types";
import { createOrderStore, toldStatus } from "./store";

function order(status: OrderStatus): BuyerOrder {
  return {
    number: "1042",
    status,
    is_test: false,
    lines: [],
    subtotal: eur(1990),
    shipping: null,
    discount: eur(0),
    tax: eur(0),
    total: eur(1990),
    refunded: eur(0),
    shop_name: "Bottega Aurora",
    shop_email: null,
    brand_colour: "#7a3b2e",
    created_at: at(0),
    paid_at: null,
    reserved_until: null,
    pay_url: null,
    shipment: null,
    withdrawal: null,
    data_url: "/order/x/data",
    shop_slug: "bottega",
  };
}

function setUp(status: OrderStatus) {
  const server = { status };
  const get = vi.fn(async (_path: string) => order(server.status));
  const store = createOrderStore("a-b_c", { get } as unknown as Api);
  return { store, server, get };
}

beforeEach(() => {
  vi.useFakeTimers();
});

it("asks by the address alone", async () => {
  const { store, get } = setUp("paid");
  await store.load();
  expect(get).toHaveBeenCalledWith("/buyer-orders/a-b_c");
  expect(store.order.value?.number).toBe("1042");
});

it("looks often while the payment is awaited and rarely while the parcel is", async () => {
  const { store, server, get } = setUp("open");
  await store.load();
  const stop = store.watch();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(get).toHaveBeenCalledTimes(3);
  server.status = "paid";
  await vi.advanceTimersByTimeAsync(5_000);
  expect(store.order.value?.status).toBe("paid");
  await vi.advanceTimersByTimeAsync(55_000);
  expect(get).toHaveBeenCalledTimes(4);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(get).toHaveBeenCalledTimes(5);
  stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(get).toHaveBeenCalledTimes(5);
});

it("looks no more once nothing can change", async () => {
  const { store, get } = setUp("refunded");
  await store.load();
  store.watch();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(get).toHaveBeenCalledTimes(1);
});

it("keeps what is shown when a later look fails", async () => {
  const { store, get } = setUp("paid");
  await store.load();
  get.mockRejectedValueOnce(new ApiProblem({ code: "offline", status: 0, detail: "" }));
  await store.load();
  expect(store.order.value?.status).toBe("paid");
  expect(store.problem.value?.code).toBe("offline");
});

it("tells a buyer whose money is back whole that it is, and no other", () => {
  const told = (status: OrderStatus, refunded: number) =>
    toldStatus({ ...order(status), refunded: eur(refunded) });
  expect(told("paid", 1990)).toBe("refunded");
  expect(told("shipped", 1990)).toBe("refunded");
  expect(told("paid", 1989)).toBe("paid");
  expect(told("paid", 0)).toBe("paid");
  expect(told("refund_due", 1990)).toBe("refund_due");
});

it("tells of an order without a price what it is", () => {
  expect(toldStatus({ ...order("paid"), total: eur(0) })).toBe("paid");
});
