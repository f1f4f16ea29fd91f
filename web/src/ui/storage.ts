/** Browser storage that may be refused (private windows, frames of other sites) without harm. */

export function readStored(key: string, area: "local" | "session" = "local"): string | null {
  try {
    return areaOf(area).getItem(key);
  } catch {
    return null;
  }
}

/** Writes, or deletes with null. */
export function writeStored(
  key: string,
  value: string | null,
  area: "local" | "session" = "local",
): void {
  try {
    if (value === null) areaOf(area).removeItem(key);
    else areaOf(area).setItem(key, value);
  } catch {
    // Without storage the page forgets on reload, which is all that is lost.
  }
}

function areaOf(area: "local" | "session"): Storage {
  return area === "local" ? localStorage : sessionStorage;
}
