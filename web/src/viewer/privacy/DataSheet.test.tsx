import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { privacyEn } from "../../i18n/privacy.en";
import { ApiProblem } from "../../lib/problem";
import type { ViewerErasure } from "../../lib/types";
import { setLang } from "../../ui/lang";
import type { ShowModel } from "../show/model";
import { DataSheet } from "./DataSheet";

const KEPT: ViewerErasure = {
  shows: 1,
  messages: 3,
  questions: 0,
  votes: 0,
  orders: 1,
  blocked: [],
  ban_until: null,
  erased_at: null,
};

beforeEach(() => setLang("en"));
afterEach(cleanup);

function open(kept: ViewerErasure | ApiProblem, put = vi.fn()) {
  const get =
    kept instanceof ApiProblem ? vi.fn().mockRejectedValue(kept) : vi.fn().mockResolvedValue(kept);
  const model = { api: { get, put } } as unknown as ShowModel;
  const closed = vi.fn();
  render(<DataSheet model={model} isOpen isOver={false} onClose={closed} />);
  return { put, closed };
}

it("tells what is kept and asks once more before it is erased", async () => {
  const put = vi.fn().mockResolvedValue({ ...KEPT, erased_at: "2026-11-23T20:00:00.000Z" });
  const { closed } = open(KEPT, put);
  await screen.findByText(privacyEn.messages(3));
  expect(screen.queryByText(privacyEn.questions(0))).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: privacyEn.erase }));
  screen.getByText(privacyEn.ordersStay);
  expect(put).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole("button", { name: privacyEn.confirm }));
  await screen.findByText(privacyEn.done);
  fireEvent.click(screen.getByRole("button", { name: privacyEn.close }));
  expect(closed).toHaveBeenCalledOnce();
});

it("goes back without erasing", async () => {
  const { put } = open(KEPT);
  fireEvent.click(await screen.findByRole("button", { name: privacyEn.erase }));
  fireEvent.click(screen.getByRole("button", { name: privacyEn.cancel }));
  screen.getByText(privacyEn.messages(3));
  expect(put).not.toHaveBeenCalled();
});

it("offers no erasure while a payment is under way, or where nothing is kept", async () => {
  open({ ...KEPT, blocked: [{ number: "TEST-1001", obstacles: ["payment"] }] });
  await screen.findByText(privacyEn.blocked("TEST-1001"));
  expect(screen.queryByRole("button", { name: privacyEn.erase })).toBeNull();
  cleanup();
  open({ ...KEPT, shows: 0, messages: 0, orders: 0 });
  await screen.findByText(privacyEn.nothing);
  expect(screen.queryByRole("button", { name: privacyEn.erase })).toBeNull();
});

it("says why nothing could be read", async () => {
  open(new ApiProblem({ code: "rate_limited", status: 429, detail: "" }));
  await screen.findByRole("alert");
});
