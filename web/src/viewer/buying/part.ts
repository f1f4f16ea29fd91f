/**
 * The inside of the bag and the choice of the country, loaded when they may be needed:
 * most who watch need neither.
 */
import { type ReadonlySignal, signal } from "@preact/signals";

type Inside = typeof import("./inside");

export type Part =
  | { kind: "none" }
  | { kind: "loading" }
  | { kind: "failed" }
  | { kind: "ready"; inside: Inside };

const state = signal<Part>({ kind: "none" });

export const part: ReadonlySignal<Part> = state;

/** Loads it once; after a failure each call tries again. */
export async function loadPart(): Promise<void> {
  if (state.value.kind === "ready" || state.value.kind === "loading") return;
  state.value = { kind: "loading" };
  try {
    state.value = { kind: "ready", inside: await import("./inside") };
  } catch {
    state.value = { kind: "failed" };
  }
}
