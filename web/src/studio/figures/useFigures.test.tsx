import { cleanup, render } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ShowFigures } from "../../lib/types";
import * as api from "../api";
import { figures } from "./figures.fixture";
import { useFigures } from "./useFigures";

vi.mock("../api", () => ({ getFigures: vi.fn() }));
const asked = vi.mocked(api.getFigures);

type Props = { isOnAir: boolean; news?: number };

function Peak(props: Props) {
  const resource = useFigures("s1", props.isOnAir, props.news);
  return <p>{resource.value.value?.viewers.peak ?? resource.problem.value?.code ?? "none"}</p>;
}

let isHidden = false;

beforeEach(() => {
  vi.useFakeTimers();
  isHidden = false;
  vi.spyOn(document, "hidden", "get").mockImplementation(() => isHidden);
  asked.mockReset().mockImplementation(async () => figures());
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("asks every ten seconds while the show is on air and somebody looks", async () => {
  const { container, rerender } = render(<Peak isOnAir />);
  await vi.advanceTimersByTimeAsync(0);
  expect([asked.mock.calls.length, container.textContent]).toEqual([1, "80"]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked).toHaveBeenCalledTimes(4);
  isHidden = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveBeenCalledTimes(4);
  isHidden = false;
  document.dispatchEvent(new Event("visibilitychange"));
  expect(asked).toHaveBeenCalledTimes(5);
  rerender(<Peak isOnAir={false} />);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveBeenCalledTimes(5);
});

it("asks once for news that come together", async () => {
  const { rerender } = render(<Peak isOnAir={false} news={0} />);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toHaveBeenCalledTimes(1);
  for (const news of [1, 2, 3]) {
    rerender(<Peak isOnAir={false} news={news} />);
    await vi.advanceTimersByTimeAsync(500);
  }
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toHaveBeenCalledTimes(2);
});

it("does not pile up questions that are not answered, and keeps what it has", async () => {
  const { container } = render(<Peak isOnAir />);
  await vi.advanceTimersByTimeAsync(0);
  let answer: (figures: ShowFigures) => void = () => {};
  asked.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveBeenCalledTimes(2);
  asked.mockRejectedValue(new Error("away"));
  answer(figures());
  await vi.advanceTimersByTimeAsync(10_000);
  expect([asked.mock.calls.length, container.textContent]).toEqual([3, "80"]);
});

it("stops with the page", async () => {
  const { unmount } = render(<Peak isOnAir />);
  await vi.advanceTimersByTimeAsync(0);
  unmount();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveBeenCalledTimes(1);
});
