/**
 * Holds the short notices of the studio, some with a way back.
 *
 * Knows no DOM and no clock of its own; `toaster.ts` gives it time.
 * Invariant: a way back is offered once; taking it removes it before it runs.
 */
import { signal } from "@preact/signals";

/** A way back stays on screen for 8 s (interface: undo instead of confirmation). */
export const UNDO_MS = 8_000;
/** A plain notice is short, so it may go sooner. */
export const NOTICE_MS = 5_000;
/** More than four notices would cover the screen; the oldest plain one makes room. */
export const TOASTS_MAX = 4;

export interface Toast {
  id: number;
  tone: "info" | "error";
  text: string;
  undo: (() => Promise<void>) | null;
  goes_at_ms: number;
}

/** What somebody wants to say; the queue adds number and time. */
export interface Notice {
  tone: Toast["tone"];
  text: string;
  undo?: () => Promise<void>;
}

/** The notices on screen, oldest first. */
export class ToastQueue {
  readonly toasts = signal<readonly Toast[]>([]);
  private lastId = 0;

  /** Shows a notice from `nowMs` on. */
  push(notice: Notice, nowMs: number): Toast {
    this.lastId += 1;
    const toast: Toast = {
      id: this.lastId,
      tone: notice.tone,
      text: notice.text,
      undo: notice.undo ?? null,
      goes_at_ms: nowMs + (notice.undo === undefined ? NOTICE_MS : UNDO_MS),
    };
    this.toasts.value = makeRoom([...this.toasts.value, toast]);
    return toast;
  }

  /** Removes the notices whose time is over. */
  expire(nowMs: number): void {
    const kept = this.toasts.value.filter((toast) => toast.goes_at_ms > nowMs);
    if (kept.length !== this.toasts.value.length) this.toasts.value = kept;
  }

  /** Gives every notice its whole time again, for a member who still reads. */
  extend(nowMs: number): void {
    this.toasts.value = this.toasts.value.map((toast) => ({
      ...toast,
      goes_at_ms: nowMs + (toast.undo === null ? NOTICE_MS : UNDO_MS),
    }));
  }

  dismiss(id: number): void {
    this.toasts.value = this.toasts.value.filter((toast) => toast.id !== id);
  }

  /** Takes the way back of one notice out of the queue; null when it has none or is gone. */
  take(id: number): (() => Promise<void>) | null {
    const toast = this.toasts.value.find((candidate) => candidate.id === id);
    if (toast?.undo == null) return null;
    this.dismiss(id);
    return toast.undo;
  }

  /** Takes the newest way back, for the key `U`. */
  takeNewest(): (() => Promise<void>) | null {
    const newest = this.toasts.value.findLast((toast) => toast.undo !== null);
    return newest === undefined ? null : this.take(newest.id);
  }
}

function makeRoom(toasts: readonly Toast[]): readonly Toast[] {
  if (toasts.length <= TOASTS_MAX) return toasts;
  const plain = toasts.findIndex((toast) => toast.undo === null);
  const index = plain === -1 || plain === toasts.length - 1 ? 0 : plain;
  return toasts.filter((_, position) => position !== index);
}
