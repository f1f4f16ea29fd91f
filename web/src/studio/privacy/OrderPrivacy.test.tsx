import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { studioPrivacyEn as words } from "../../i18n/studioPrivacy.en";
import { orderPage } from "../../lib/testing/builders";
import type { BuyerErasure } from "../../lib/types";
import { setLang } from "../../ui/lang";
import { OrderPrivacy } from "./OrderPrivacy";

vi.mock("../session", () => ({ may: () => true }));

const order = orderPage();
const told = (part: Partial<BuyerErasure>): BuyerErasure => ({
  orders: [{ id: order.id, number: order.number, erased_at: null, kept_until_year: 2036 }],
  blocked: [],
  ...part,
});

let answer: BuyerErasure;
const asked: string[] = [];

beforeEach(() => {
  setLang("en");
  asked.length = 0;
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    asked.push(`${init.method} ${url} ${init.body ?? ""}`.trim());
    return new Response(JSON.stringify(answer), { status: 200 });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("erases the buyer in two steps that say what stays", async () => {
  answer = told({});
  const erased = vi.fn();
  render(<OrderPrivacy order={order} onErased={erased} />);
  fireEvent.click(screen.getByRole("button", { name: words.erase }));
  await screen.findByText(words.buyerStays(order.number, "2036"));
  expect(asked.filter((one) => one.startsWith("PUT"))).toEqual([]);
  fireEvent.click(screen.getByRole("button", { name: words.confirm }));
  await waitFor(() => expect(erased).toHaveBeenCalledOnce());
  expect(asked.at(-1)).toMatch(/^PUT .*\/erasure \{"confirmed":true,"of":"order"\}$/);
});

it("names what has to end first, and offers no way past it", async () => {
  answer = told({ blocked: [{ number: order.number, obstacles: ["delivery", "refund"] }] });
  render(<OrderPrivacy order={order} onErased={vi.fn()} />);
  fireEvent.click(screen.getByRole("button", { name: words.erase }));
  const reasons = `${words.obstacles.delivery} and ${words.obstacles.refund}`;
  await screen.findByText(words.blocked(order.number, reasons));
  expect(screen.queryByRole("button", { name: words.confirm })).toBeNull();
});

it("offers nothing more once the buyer is erased", async () => {
  const [first] = told({}).orders;
  answer = told({ orders: first ? [{ ...first, erased_at: "2026-11-23T20:00:00.000Z" }] : [] });
  render(<OrderPrivacy order={order} onErased={vi.fn()} />);
  await waitFor(() => expect(screen.queryByRole("button", { name: words.erase })).toBeNull());
  screen.getByRole("button", { name: words.download });
});
