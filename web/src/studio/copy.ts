import { t } from "./texts";
import { queue, tell } from "./toaster";

/** Puts a text on the clipboard and says so; the clipboard is missing on plain http. */
export async function copyText(text: string, done = t().common.copied): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell(done);
  } catch {
    queue.push({ tone: "error", text: t().common.copyFailed }, Date.now());
  }
}
