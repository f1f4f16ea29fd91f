import { signal } from "@preact/signals";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { bagEn } from "../../i18n/bag.en";
import { commonEn } from "../../i18n/common.en";
import { ApiProblem } from "../../lib/problem";
import type { ShowState } from "../../lib/reduce";
import { eur, product, state, variant } from "../../lib/testing/builders";
import { setLang } from "../../ui/lang";
import { createBagStore } from "../store/bag";
import type { CheckoutStore } from "../store/checkout";
import { createDeliveryStore } from "../store/delivery";
import { BagSheet } from "./BagSheet";

const SCARF = product();
const BAG = product({ id: "p2", title: "Bag", variants: [variant({ id: "v2" })] });

async function setUp(problem: ApiProblem | null = null) {
  setLang("en");
  const shown = signal<ShowState | null>(state());
  const bag = createBagStore({ state: shown });
  bag.add(SCARF, variant(), 2);
  bag.add(BAG, variant({ id: "v2" }), 1);
  const checkout = { problem: signal(problem), isBusy: signal(false), clearProblem: vi.fn() };
  const onCheckOut = vi.fn();
  render(
    <BagSheet
      bag={bag}
      delivery={createDeliveryStore({ state: shown })}
      checkout={checkout as unknown as CheckoutStore}
      isOpen
      shutText={null}
      onCheckOut={onCheckOut}
      onClose={() => undefined}
    />,
  );
  await waitFor(() => screen.getByText(bagEn.subtotal));
  return { bag, shown, onCheckOut };
}

beforeEach(() => localStorage.clear());
afterEach(cleanup);

it("counts, changes and checks out", async () => {
  const { onCheckOut } = await setUp();
  const pay = () => screen.getByRole("button", { name: /^Check out/ });
  expect(pay().textContent).toContain("€59.70");
  fireEvent.click(screen.getByRole("button", { name: "One more: Bag" }));
  await waitFor(() => expect(pay().textContent).toContain("€79.60"));
  fireEvent.click(pay());
  expect(onCheckOut).toHaveBeenCalledOnce();
});

it("hands the focus on when a line is taken out", async () => {
  await setUp();
  fireEvent.click(screen.getByRole("button", { name: bagEn.removeLabel("Scarf") }));
  await waitFor(() => {
    expect(document.activeElement).toBe(
      screen.getByRole("button", { name: bagEn.removeLabel("Bag") }),
    );
  });
  fireEvent.click(screen.getByRole("button", { name: bagEn.removeLabel("Bag") }));
  await waitFor(() => screen.getByText(bagEn.emptyTitle));
  expect(document.activeElement?.className).toBe("bag");
});

it("says that a price changed and that something is sold out", async () => {
  const { shown } = await setUp();
  shown.value = state({
    lineup: [
      product({ variants: [variant({ price: eur(2500) })] }),
      product({ id: "p2", title: "Bag", variants: [variant({ id: "v2", available: 0 })] }),
    ],
  });
  await waitFor(() => screen.getByText(bagEn.priceChanged("€19.90", "€25.00")));
  expect(screen.getAllByText(commonEn.soldOut).length).toBeGreaterThan(0);
  expect(screen.getByRole("button", { name: /^Check out/ }).textContent).toContain("€50.00");
});

it("names the line in the way, and goes on without it", async () => {
  const facts = { code: "sold_out", status: 409, detail: "", variantId: "v2" };
  const { bag, onCheckOut } = await setUp(new ApiProblem(facts));
  expect(screen.getByRole("alert").textContent).toContain(`Bag: ${commonEn.problems.sold_out}`);
  fireEvent.click(screen.getByRole("button", { name: bagEn.goOnWithout }));
  expect(bag.bag.value.lines.map((line) => line.variant.id)).toEqual(["v1"]);
  expect(onCheckOut).toHaveBeenCalledOnce();
});

it("tells what left the bag until it was read", async () => {
  const { shown } = await setUp();
  shown.value = state({ lineup: [BAG] });
  await waitFor(() => screen.getByText(bagEn.gone(1, "Scarf")));
  fireEvent.click(screen.getByRole("button", { name: bagEn.understood }));
  await waitFor(() => expect(screen.queryByText(bagEn.gone(1, "Scarf"))).toBeNull());
});
