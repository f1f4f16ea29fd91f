import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { studioEn } from "../../../i18n/studio.en";
import { ApiProblem } from "../../../lib/problem";
import type { CheckoutSettings, CheckoutSettingsView } from "../../../lib/types";
import { setLang } from "../../../ui/lang";
import * as api from "../../api";
import { CheckoutForm } from "./CheckoutForm";
import { CheckoutEditor } from "./store";

const { checkout: words, common, fields } = studioEn;
const NONE: CheckoutSettingsView = {
  zones: [],
  asks_for_phone: false,
  takes_promotion_codes: false,
  automatic_tax: false,
  currency: "EUR",
};

function setUp(view: CheckoutSettingsView = NONE) {
  const put = vi
    .spyOn(api, "putCheckoutSettings")
    .mockImplementation(async (body: CheckoutSettings) => ({ ...body, currency: "EUR" }));
  render(<CheckoutForm editor={new CheckoutEditor(view)} />);
  return put;
}

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const write = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(new RegExp(`^${label.replace(/[()]/g, "\\$&")}`)), {
    target: { value },
  });

beforeEach(() => setLang("en"));
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

it("says what no zone means, and saves the first one", async () => {
  const put = setUp();
  screen.getByText(words.noZonesText);
  press(words.addZone);
  await waitFor(() => screen.getByLabelText(words.addCountry));
  press(common.save);
  await waitFor(() => screen.getByText(words.incomplete));
  expect(screen.getAllByText(fields.required)).toHaveLength(2);
  expect(put).not.toHaveBeenCalled();

  fireEvent.change(screen.getByLabelText(words.addCountry), { target: { value: "IT" } });
  await waitFor(() => press(common.add));
  await waitFor(() =>
    within(screen.getByRole("list", { name: words.countries })).getByText("Italy"),
  );
  write(words.price("EUR"), "5.90");
  write(words.freeFrom("EUR"), "80");
  fireEvent.click(screen.getByLabelText(words.phone));
  press(common.save);
  await waitFor(() => expect(put).toHaveBeenCalledOnce());
  expect(put.mock.calls[0]?.[0]).toEqual({
    zones: [
      {
        countries: ["IT"],
        rates: [
          {
            name: words.rateNameFirst,
            price: 590,
            free_from: 8000,
            min_days: null,
            max_days: null,
          },
        ],
      },
    ],
    asks_for_phone: true,
    takes_promotion_codes: false,
    automatic_tax: false,
  });
  await waitFor(() =>
    expect(screen.getByRole("button", { name: common.save }).hasAttribute("disabled")).toBe(true),
  );
});

it("shows what the server refuses at its field", async () => {
  const rate = { name: "Post", price: 500, free_from: null, min_days: null, max_days: null };
  const zones = [{ countries: ["IT"], rates: [rate, { ...rate, name: "Express" }] }];
  const put = setUp({ ...NONE, zones });
  const errors = [{ pointer: "/zones/0/rates/1/price", code: "out_of_range" }];
  put.mockRejectedValue(new ApiProblem({ code: "invalid", status: 422, detail: "", errors }));
  fireEvent.click(screen.getByLabelText(words.tax));
  await waitFor(() => press(common.save));
  await waitFor(() => screen.getByText(fields.out_of_range));
  const second = screen.getByRole("group", { name: words.rate(2) });
  const wrong = document.querySelectorAll("[aria-invalid=true]");
  expect(wrong).toHaveLength(1);
  expect(second.contains(wrong[0] ?? null)).toBe(true);
});

it("adds the Union at once, without what another zone has", async () => {
  const rate = { name: "Post", price: 500, free_from: null, min_days: null, max_days: null };
  setUp({ ...NONE, zones: [{ countries: ["IT"], rates: [rate] }] });
  press(words.addZone);
  await waitFor(() =>
    expect(screen.getAllByRole("button", { name: words.wholeUnion })).toHaveLength(2),
  );
  const [, second] = screen.getAllByRole("button", { name: words.wholeUnion });
  if (second) fireEvent.click(second);
  await waitFor(() => {
    const lists = screen.getAllByRole("list", { name: words.countries });
    expect(lists.map((list) => list.childElementCount)).toEqual([1, 26]);
  });
});
