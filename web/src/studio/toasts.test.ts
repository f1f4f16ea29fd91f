import { describe, expect, it } from "vitest";
import { NOTICE_MS, TOASTS_MAX, ToastQueue, UNDO_MS } from "./toasts";

async function nothing(): Promise<void> {}

function texts(queue: ToastQueue): string[] {
  return queue.toasts.value.map((toast) => toast.text);
}

describe("toast queue", () => {
  it("keeps a way back for eight seconds", () => {
    const queue = new ToastQueue();
    queue.push({ tone: "info", text: "removed", undo: nothing }, 0);
    queue.expire(UNDO_MS - 1);
    expect(texts(queue)).toEqual(["removed"]);
    queue.expire(UNDO_MS);
    expect(texts(queue)).toEqual([]);
  });

  it("lets a plain notice go sooner", () => {
    const queue = new ToastQueue();
    queue.push({ tone: "info", text: "saved" }, 0);
    queue.expire(NOTICE_MS);
    expect(texts(queue)).toEqual([]);
  });

  it("gives a way back once only", () => {
    const queue = new ToastQueue();
    const toast = queue.push({ tone: "info", text: "muted", undo: nothing }, 0);
    expect(queue.take(toast.id)).toBe(nothing);
    expect(queue.take(toast.id)).toBeNull();
    expect(texts(queue)).toEqual([]);
  });

  it("takes the newest way back and skips plain notices", () => {
    const queue = new ToastQueue();
    queue.push({ tone: "info", text: "first", undo: nothing }, 0);
    queue.push({ tone: "info", text: "second", undo: nothing }, 1);
    queue.push({ tone: "error", text: "plain" }, 2);
    queue.takeNewest();
    expect(texts(queue)).toEqual(["first", "plain"]);
    queue.takeNewest();
    expect(texts(queue)).toEqual(["plain"]);
    expect(queue.takeNewest()).toBeNull();
  });

  it("makes room by letting the oldest plain notice go first", () => {
    const queue = new ToastQueue();
    queue.push({ tone: "info", text: "undo 1", undo: nothing }, 0);
    queue.push({ tone: "info", text: "plain" }, 0);
    for (let n = 2; n <= TOASTS_MAX; n += 1) {
      queue.push({ tone: "info", text: `undo ${n}`, undo: nothing }, 0);
    }
    expect(texts(queue)).toEqual(["undo 1", "undo 2", "undo 3", "undo 4"]);
    queue.push({ tone: "error", text: "newest" }, 0);
    expect(texts(queue)).toEqual(["undo 2", "undo 3", "undo 4", "newest"]);
  });

  it("starts the time again for a member who still reads", () => {
    const queue = new ToastQueue();
    queue.push({ tone: "info", text: "banned", undo: nothing }, 0);
    queue.extend(UNDO_MS - 1);
    queue.expire(UNDO_MS + 1);
    expect(texts(queue)).toEqual(["banned"]);
  });
});
