import { cleanup, fireEvent, render, screen, within } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it } from "vitest";
import { figuresEn as words } from "../../i18n/figures.en";
import { setLang } from "../../ui/lang";
import { FiguresReport } from "./FiguresReport";
import { figures } from "./figures.fixture";

beforeEach(() => setLang("en"));
afterEach(cleanup);

const chart = () => screen.getByRole("slider", { name: words.cursor });
const told = () => chart().getAttribute("aria-valuetext") ?? "";

it("reads any moment out by keyboard, from pin to pin and minute to minute", () => {
  render(<FiguresReport figures={figures()} />);
  expect(told()).toBe("Viewers peak 80");
  fireEvent.keyDown(chart(), { key: "Home" });
  expect(told()).toContain("40 viewers · no sale");
  fireEvent.keyDown(chart(), { key: "PageDown" });
  expect(told()).toContain("Silk scarf comes on screen");
  fireEvent.keyDown(chart(), { key: "PageDown" });
  expect(told()).toContain("80 viewers · no sale · Bag comes on screen");
  fireEvent.keyDown(chart(), { key: "PageDown" });
  expect(told()).toContain("Bag");
  fireEvent.keyDown(chart(), { key: "ArrowRight" });
  expect(told()).toContain("2 orders, €80.00");
  fireEvent.keyDown(chart(), { key: "PageUp" });
  expect(told()).toContain("Bag");
  fireEvent.keyDown(chart(), { key: "End" });
  fireEvent.keyDown(chart(), { key: "ArrowRight" });
  expect(told()).toMatch(/^\d\d:\d\d · no sale$/);
  fireEvent.keyDown(chart(), { key: "Escape" });
  expect(told()).toBe("Viewers peak 80");
});

it("says which step is under the median, in words", () => {
  render(<FiguresReport figures={figures()} />);
  const funnel = screen.getByRole("table", { name: words.funnel });
  const below = within(funnel).getAllByText(words.below);
  const rows = below.map((mark) => mark.closest("tr")?.querySelector("th")?.textContent);
  expect(rows).toEqual(["Hat", "Hat"]);
  expect(within(funnel).getByText(words.notShown).closest("th")?.textContent).toContain("Belt");
  expect(within(funnel).getByText("median 30%")).not.toBeNull();
});

it("tells of what was given back and what came later only where there is any", () => {
  const { rerender } = render(<FiguresReport figures={figures()} />);
  expect(screen.queryByText(words.refunded)).toBeNull();
  expect(screen.queryByText(words.later)).toBeNull();
  const { totals } = figures();
  const money = { amount: 500, currency: "EUR" };
  const more = { ...totals, refunded: money, later_orders: 1, later_total: money };
  rerender(<FiguresReport figures={figures({ totals: more })} />);
  expect(screen.getByText(words.refunded)).not.toBeNull();
  expect(screen.getByText(words.later)).not.toBeNull();
});

it("draws a show that has not begun, and one without products", () => {
  render(<FiguresReport figures={figures({ starts_at: null, pins: [], products: [] })} />);
  expect(screen.getByText(words.waiting)).not.toBeNull();
  expect(screen.getByText(words.empty)).not.toBeNull();
});
