import { render } from "@testing-library/preact";
import { expect, it } from "vitest";
import { at, eur } from "../../lib/testing/builders";
import type { Checkout } from "../../lib/types";
import { setLang } from "../../ui/lang";
import { QueuePlace } from "./QueuePlace";
import { purchaseTexts } from "./texts";

const waiting = (place: number | null): Checkout => ({
  id: "c1",
  show_id: "show1",
  number: "1042",
  status: "reserved",
  is_test: false,
  subtotal: eur(1990),
  total: eur(1990),
  delivers_to: [],
  lines: [],
  reserved_until: null,
  pay_url: null,
  embedded: null,
  queue_place: place,
  order_url: "/order/t",
  created_at: at(0),
});

function drawn(place: number | null) {
  setLang("en");
  const { container } = render(<QueuePlace checkout={waiting(place)} />);
  const spoken = [...container.querySelectorAll("[role=status] :not([aria-hidden])")];
  return {
    shown: container.querySelector("[aria-hidden]")?.textContent,
    spoken: spoken.map(({ textContent }) => textContent).join(""),
    all: container.textContent?.trim(),
  };
}

it("tells how many come first, exactly to the eye and seldom to the ear", () => {
  expect(drawn(347)).toMatchObject({
    shown: purchaseTexts.value.queue(347),
    spoken: purchaseTexts.value.queueSpoken(400),
  });
  expect(drawn(1)).toMatchObject({
    shown: purchaseTexts.value.queue(1),
    spoken: purchaseTexts.value.queue(1),
  });
});

it("says that the payment is being prepared for whoever is next", () => {
  expect(drawn(0).all).toBe(purchaseTexts.value.preparingPayment);
  expect(drawn(null).all).toBe(purchaseTexts.value.preparingPayment);
});
