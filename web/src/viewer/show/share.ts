/** Passes the show on: the system's share sheet, else the clipboard. */

export type ShareResult = "shared" | "copied" | "failed";

export async function shareShow(title: string, url: string): Promise<ShareResult> {
  if (typeof navigator.share === "function") {
    try {
      await navigator.share({ title, url });
      return "shared";
    } catch (cause) {
      // Closing the sheet is a decision, not a fault.
      if (cause instanceof Error && cause.name === "AbortError") return "shared";
    }
  }
  try {
    await navigator.clipboard.writeText(url);
    return "copied";
  } catch {
    return "failed";
  }
}

/** The address of a show without what belongs to this visit. */
export function showUrl(slug: string): string {
  return new URL(`/show/${encodeURIComponent(slug)}`, location.href).href;
}
