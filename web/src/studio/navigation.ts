/**
 * Owns the address bar: the current route, moving to another, and the guard of unsaved work.
 *
 * Invariant: while a guard says that work is unsaved, the route changes only after `confirmLeave`.
 */
import { computed, signal } from "@preact/signals";
import { parseRoute, pathOf, type Route } from "./router";

const path = signal(location.pathname);

/** The route that the address bar shows. */
export const route = computed<Route>(() => parseRoute(path.value));

/** The path that waits for the member's answer, or null; the leave dialog shows itself for it. */
export const pendingPath = signal<string | null>(null);

let hasUnsavedWork: () => boolean = () => false;

/** Asks before the route changes while `isDirty` answers true; returns the removal. */
export function guardUnsaved(isDirty: () => boolean): () => void {
  hasUnsavedWork = isDirty;
  return () => {
    if (hasUnsavedWork === isDirty) hasUnsavedWork = () => false;
  };
}

/** Opens a route, or asks first when work would be lost. */
export function go(to: Route): void {
  goToPath(pathOf(to));
}

/** Opens a path of the studio, or asks first when work would be lost. */
export function goToPath(to: string): void {
  if (to === path.value) return;
  if (hasUnsavedWork()) {
    pendingPath.value = to;
    return;
  }
  history.pushState(null, "", to);
  path.value = to;
}

/** Replaces the address without a step in the history and without asking. */
export function replace(to: Route): void {
  const next = pathOf(to);
  history.replaceState(null, "", next);
  path.value = next;
}

/** Leaves although work is unsaved. */
export function confirmLeave(): void {
  const to = pendingPath.value;
  pendingPath.value = null;
  if (to === null) return;
  hasUnsavedWork = () => false;
  history.pushState(null, "", to);
  path.value = to;
}

/** Stays where the unsaved work is. */
export function cancelLeave(): void {
  pendingPath.value = null;
}

window.addEventListener("popstate", () => {
  const next = location.pathname;
  if (next !== path.value && hasUnsavedWork()) {
    // The browser has already moved; the old address comes back until the member has answered.
    history.pushState(null, "", path.value);
    pendingPath.value = next;
    return;
  }
  path.value = next;
});

window.addEventListener("beforeunload", (event) => {
  if (hasUnsavedWork()) event.preventDefault();
});
