import { t } from "./texts";
import { queue, tell } from "./toaster";

/** Puts a link on the clipboard and says so; the clipboard is missing on plain http. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell(t().common.copied);
  } catch {
    queue.push({ tone: "error", text: t().common.copyFailed }, Date.now());
  }
}
