import { fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { studioEn } from "../../i18n/studio.en";
import { orderLine, orderPage, refund } from "../../lib/testing/builders";
import type { Order } from "../../lib/types";
import { setLang } from "../../ui/lang";
import { RefundDialog } from "./RefundDialog";

const words = studioEn.orders.refund;
const order = orderPage({ lines: [orderLine({ units: 2 })] });
const refunded = orderPage({ refunds: [refund()] });

type Sent = { key: string | null; body: unknown };
const sent: Sent[] = [];
/** Answers of the server, the next first; the last one repeats. */
let answers: (() => Promise<Response>)[] = [];

const json = (status: number, body: unknown) => async () =>
  new Response(JSON.stringify(body), { status });

beforeEach(() => {
  setLang("en");
  sent.length = 0;
  vi.stubGlobal("fetch", (_url: string, init: RequestInit) => {
    const body: unknown = JSON.parse(String(init.body));
    sent.push({ key: new Headers(init.headers).get("idempotency-key"), body });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer === undefined ? Promise.reject(new TypeError("no network")) : answer();
  });
});
afterEach(() => {
  document.body.innerHTML = "";
  vi.unstubAllGlobals();
});

function open() {
  const done = vi.fn((_order: Order) => {});
  const nothing = () => {};
  render(<RefundDialog order={order} isOpen onDone={done} onRefused={nothing} onClose={nothing} />);
  return done;
}

const press = (name: string) => fireEvent.click(screen.getByText(name));
const writeAmount = (value: string) =>
  fireEvent.input(screen.getByLabelText(words.amount("EUR")), { target: { value } });

it("refunds once, however often the button is pressed", async () => {
  answers = [json(202, refunded)];
  const done = open();
  writeAmount("19.90");
  fireEvent.click(screen.getByLabelText("Scarf"));
  press(words.next);
  await screen.findByText(words.sure("€19.90"));
  const button = screen.getByText(words.confirm("€19.90"));
  fireEvent.click(button);
  fireEvent.click(button);
  await waitFor(() => expect(done).toHaveBeenCalledTimes(1));
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  expect(sent[0]?.body).toEqual({ amount: 1990, restock: [{ line: 0, units: 2 }], note: null });
});

it("repeats an attempt of unknown outcome under the same key", async () => {
  answers = [() => Promise.reject(new TypeError("cut off")), json(202, refunded)];
  const done = open();
  press(words.next);
  press((await screen.findByText(words.confirm("€89.70"))).textContent ?? "");
  expect((await screen.findByRole("alert")).textContent).not.toBe("");
  press(words.confirm("€89.70"));
  await waitFor(() => expect(done).toHaveBeenCalledTimes(1));
  expect(sent).toHaveLength(2);
  expect(sent[1]?.key).toBe(sent[0]?.key);
});

it("shows a refusal beside its field and takes the mended amount as another attempt", async () => {
  const errors = [{ pointer: "/amount", code: "out_of_range" }];
  answers = [json(422, { code: "invalid", detail: "", errors }), json(202, refunded)];
  const done = open();
  press(words.next);
  press((await screen.findByText(words.confirm("€89.70"))).textContent ?? "");
  await screen.findByText(studioEn.fields.out_of_range);
  writeAmount("10");
  press(words.next);
  press((await screen.findByText(words.confirm("€10.00"))).textContent ?? "");
  await waitFor(() => expect(done).toHaveBeenCalledTimes(1));
  expect(sent[1]?.key).not.toBe(sent[0]?.key);
});

it("sends nothing while the amount is more than is left", async () => {
  open();
  writeAmount("89.71");
  press(words.next);
  await screen.findByText(studioEn.fields.above_left);
  expect(sent).toEqual([]);
});
