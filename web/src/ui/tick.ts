/** A second hand: components that read `tick.value` draw themselves again each second. */
import { signal } from "@preact/signals";

export const tick = signal(0);

setInterval(() => {
  // A hidden page has nobody to count for; it catches up when it is looked at again.
  if (!document.hidden) tick.value += 1;
}, 1000);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) tick.value += 1;
});
