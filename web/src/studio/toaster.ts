/**
 * The studio's one toast queue, driven by the browser's clock.
 *
 * Performs actions that can be taken back: they run at once, the way back stays for 8 s.
 */
import { effect } from "@preact/signals";
import { toProblem } from "../lib/problem";
import { problemText, t } from "./texts";
import { ToastQueue } from "./toasts";

export const queue = new ToastQueue();

/** How often the queue looks for notices whose time is over; finer is not seen. */
const TICK_MS = 250;

let timer: ReturnType<typeof setInterval> | undefined;
let isHeld = false;

effect(() => {
  const isNeeded = queue.toasts.value.length > 0;
  if (isNeeded && timer === undefined) timer = setInterval(tick, TICK_MS);
  if (!isNeeded && timer !== undefined) {
    clearInterval(timer);
    timer = undefined;
    isHeld = false;
  }
});

function tick(): void {
  // A member who points at a notice or tabs into it is still reading.
  if (isHeld) queue.extend(Date.now());
  else queue.expire(Date.now());
}

/** Stops the time of all notices while the pointer or the focus is on them. */
export function holdToasts(hold: boolean): void {
  isHeld = hold;
}

export function tell(text: string): void {
  queue.push({ tone: "info", text }, Date.now());
}

export function tellProblem(cause: unknown): void {
  queue.push({ tone: "error", text: problemText(toProblem(cause)) }, Date.now());
}

/** Runs an action and tells the outcome; answers whether it worked. */
export async function perform(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (cause) {
    tellProblem(cause);
    return false;
  }
}

/** Runs an action at once and offers its way back. */
export async function performUndoable(
  action: () => Promise<unknown>,
  done: string,
  back: () => Promise<unknown>,
): Promise<boolean> {
  const hasWorked = await perform(action);
  if (hasWorked) {
    const undo = async () => {
      if (await perform(back)) tell(t().common.undone);
    };
    queue.push({ tone: "info", text: done, undo }, Date.now());
  }
  return hasWorked;
}

/** Takes back one action, or the newest when none is named. */
export async function undo(id?: number): Promise<void> {
  const back = id === undefined ? queue.takeNewest() : queue.take(id);
  if (back === null) tell(t().common.nothingToUndo);
  else await back();
}
