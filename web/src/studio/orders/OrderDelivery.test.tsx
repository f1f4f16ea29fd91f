import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { studioEn } from "../../i18n/studio.en";
import { eur, orderPage } from "../../lib/testing/builders";
import { setLang } from "../../ui/lang";
import { OrderDelivery } from "./OrderDelivery";
import { OrderLines } from "./OrderLines";
import { PackingSlip } from "./PackingSlip";

const { orders } = studioEn;
const SENT = orderPage({
  subtotal: eur(8970),
  shipping: { method: "Corriere", price: eur(590) },
  discount: eur(1000),
  tax: eur(1543),
  total: eur(8560),
  buyer: { name: "Anna", email: "anna@example.com", phone: "+39 0577 1" },
  delivery: {
    name: "Bruno Neri",
    address: {
      line1: "Via Roma 1",
      line2: null,
      postal_code: "53100",
      city: "Siena",
      state: "SI",
      country: "IT",
    },
  },
});

beforeEach(() => setLang("en"));
afterEach(cleanup);

it("copies recipient, address and telephone", () => {
  const writeText = vi.fn(async () => undefined);
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText } });
  render(<OrderDelivery order={SENT} />);
  fireEvent.click(screen.getByRole("button", { name: orders.copyDelivery }));
  expect(writeText).toHaveBeenCalledWith(
    "Bruno Neri\nVia Roma 1\n53100 Siena SI\nItaly\n+39 0577 1",
  );
  vi.unstubAllGlobals();
});

it("is not there where nothing is delivered", () => {
  const { container } = render(<OrderDelivery order={orderPage()} />);
  expect(container.textContent).toBe("");
});

it("leads from the goods to the total", () => {
  const { container } = render(<OrderLines order={SENT} />);
  const rows = [...container.querySelectorAll(".receipt__part, .receipt__total")];
  expect(rows.map(({ textContent }) => textContent)).toEqual([
    `${orders.subtotal}€89.70`,
    `${orders.shipping}Corriere€5.90`,
    `${orders.discount}-€10.00`,
    `${orders.total}€85.60`,
    `${orders.tax}€15.43`,
  ]);
  cleanup();
  const plain = render(<OrderLines order={orderPage()} />);
  expect(plain.container.querySelector(".receipt__part")).toBeNull();
});

it("stands on the packing list; who paid does where nothing is delivered", () => {
  const slip = (order: typeof SENT) =>
    render(<PackingSlip order={order} isChosen onToggle={() => undefined} />).container;
  expect(slip(SENT).querySelector("address")?.textContent).toBe(
    "Bruno NeriVia Roma 153100 Siena SIItaly+39 0577 1",
  );
  cleanup();
  const pickedUp = slip(orderPage({ buyer_name: "Anna" }));
  expect(pickedUp.querySelector("address")).toBeNull();
  expect(pickedUp.textContent).toContain("Anna");
});
