import { signal } from "@preact/signals";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it } from "vitest";
import { deliveryEn } from "../../i18n/delivery.en";
import type { ShowState } from "../../lib/reduce";
import { eur, rate, shop, state } from "../../lib/testing/builders";
import type { DeliveryZone } from "../../lib/types";
import { setLang } from "../../ui/lang";
import { createDeliveryStore } from "../store/delivery";
import { ShipTo } from "./ShipTo";

function setUp(zones: DeliveryZone[]) {
  const shown = signal<ShowState | null>({ ...state(), shop: shop({ delivery: { zones } }) });
  const delivery = createDeliveryStore({ state: shown });
  const { container } = render(<ShipTo delivery={delivery} subtotal={eur(1000)} />);
  return { delivery, words: () => container.textContent ?? "" };
}

const ZONES = [
  { countries: ["IT"], rates: [rate()] },
  { countries: ["DE", "AT"], rates: [rate({ price: eur(1200) })] },
];

beforeEach(() => {
  localStorage.clear();
  setLang("en");
});
afterEach(cleanup);

it("has nothing to ask where nothing is sent", () => {
  expect(setUp([]).words()).toBe(deliveryEn.nothing);
});

it("tells the price without a question where there is one zone", () => {
  const { words } = setUp([{ countries: ["IT"], rates: [rate()] }]);
  expect(words()).toContain(deliveryEn.priceTo("€5.00", "Italy"));
  expect(screen.queryByRole("combobox")).toBeNull();
  cleanup();
  // Of several countries none is known, so none is named.
  expect(setUp(ZONES.slice(1)).words()).toContain(deliveryEn.price("€12.00"));
});

it("asks by name, and says what is missing where it is missing", async () => {
  const { delivery, words } = setUp(ZONES);
  const select = screen.getByLabelText<HTMLSelectElement>(deliveryEn.shipTo);
  expect([...select.options].map(({ text }) => text)).toEqual([
    deliveryEn.choose,
    "Austria",
    "Germany",
    "Italy",
  ]);
  expect(words()).toContain(deliveryEn.unknown);
  delivery.settle();
  await waitFor(() => expect(screen.getByRole("alert").textContent).toBe(deliveryEn.missing));
  await waitFor(() => expect(document.activeElement).toBe(select));
  fireEvent.change(select, { target: { value: "DE" } });
  await waitFor(() => expect(words()).toContain(deliveryEn.priceTo("€12.00", "Germany")));
  expect(screen.queryByRole("alert")).toBeNull();
});
