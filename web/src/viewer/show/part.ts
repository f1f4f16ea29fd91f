/**
 * All that lies over the page, in a file of its own: nobody needs it before the first tap, and the
 * picture, the chat and the card should not wait for it.
 */
import { type ReadonlySignal, signal } from "@preact/signals";

type Panels = typeof import("./Panels");

export type Part =
  | { kind: "none" }
  | { kind: "loading" }
  | { kind: "failed" }
  | { kind: "ready"; panels: Panels };

const state = signal<Part>({ kind: "none" });

export const part: ReadonlySignal<Part> = state;

/** Loads it once; after a failure each call tries again. */
export async function loadPart(): Promise<void> {
  if (state.value.kind === "ready" || state.value.kind === "loading") return;
  state.value = { kind: "loading" };
  try {
    state.value = { kind: "ready", panels: await import("./Panels") };
  } catch {
    state.value = { kind: "failed" };
  }
}
