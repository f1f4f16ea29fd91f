import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepToasts, performUndoable, queue, tell } from "./toaster";
import { NOTICE_MS, UNDO_MS } from "./toasts";

/** Longer than the queue takes to look. */
const LOOK_MS = 500;

async function nothing(): Promise<void> {}

function count(): number {
  return queue.toasts.value.length;
}

describe("the time of notices", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.advanceTimersByTime(UNDO_MS + LOOK_MS);
    vi.useRealTimers();
    document.body.innerHTML = "";
  });

  it("ends by itself", () => {
    tell("saved");
    vi.advanceTimersByTime(NOTICE_MS - LOOK_MS);
    expect(count()).toBe(1);
    vi.advanceTimersByTime(2 * LOOK_MS);
    expect(count()).toBe(0);
  });

  it("stands still while the focus is in them, and only then", () => {
    document.body.innerHTML = '<section class="toaster"><button>Undo</button></section>';
    document.querySelector("button")?.focus();
    tell("saved");
    vi.advanceTimersByTime(4 * NOTICE_MS);
    expect(count()).toBe(1);
    // A notice that was dismissed takes its focused button along; the others must not stay for it.
    document.querySelector("button")?.remove();
    vi.advanceTimersByTime(NOTICE_MS + LOOK_MS);
    expect(count()).toBe(0);
  });

  it("begins again for a pointer that moves on a way back", async () => {
    await performUndoable(nothing, "muted", nothing);
    vi.advanceTimersByTime(UNDO_MS - LOOK_MS);
    keepToasts();
    vi.advanceTimersByTime(UNDO_MS - LOOK_MS);
    expect(count()).toBe(1);
    vi.advanceTimersByTime(2 * LOOK_MS);
    expect(count()).toBe(0);
  });
});
