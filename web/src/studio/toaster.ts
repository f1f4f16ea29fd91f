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

effect(() => {
  const isNeeded = queue.toasts.value.length > 0;
  if (isNeeded && timer === undefined) timer = setInterval(tick, TICK_MS);
  if (!isNeeded && timer !== undefined) {
    clearInterval(timer);
    timer = undefined;
  }
});

function tick(): void {
  // A member who tabs into a notice is still reading.
  if (document.activeElement?.closest(".toaster")) queue.extend(Date.now());
  else queue.expire(Date.now());
}

/**
 * Gives the notices their whole time again, for a pointer that moves on a way back.
 *
 * It must not go from under the click; a pointer that merely rests there is no reason to stay.
 */
export function keepToasts(): void {
  queue.extend(Date.now());
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
  if (hasWorked) tellUndoable(done, back);
  return hasWorked;
}

/** Tells what was done and offers its way back. */
export function tellUndoable(done: string, back: () => Promise<unknown>): void {
  const undo = async () => {
    if (await perform(back)) tell(t().common.undone);
  };
  queue.push({ tone: "info", text: done, undo }, Date.now());
}

/** Takes back one action, or the newest when none is named. */
export async function undo(id?: number): Promise<void> {
  const back = id === undefined ? queue.takeNewest() : queue.take(id);
  if (back === null) tell(t().common.nothingToUndo);
  else await back();
}
