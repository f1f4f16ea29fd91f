/**
 * Says to screen readers what changed on screen, politely and not too often.
 *
 * Of several changes within the interval only the newest is said: it is the one still true.
 */
import { type ReadonlySignal, signal } from "@preact/signals";

/** Faster than this, announcements cut each other off. */
const INTERVAL_MS = 4_000;

export type Announcer = { text: ReadonlySignal<string>; say(text: string): void };

export function createAnnouncer(): Announcer {
  const text = signal("");
  let waiting: string | null = null;
  let isResting = false;
  const rest = () => {
    isResting = true;
    setTimeout(() => {
      isResting = false;
      if (waiting === null) return;
      text.value = waiting;
      waiting = null;
      rest();
    }, INTERVAL_MS);
  };
  return {
    text,
    say(next) {
      if (isResting) {
        waiting = next;
        return;
      }
      text.value = next;
      rest();
    },
  };
}

export function LiveRegion({ text }: { text: ReadonlySignal<string> }) {
  return (
    <p class="visually-hidden" aria-live="polite">
      {text.value}
    </p>
  );
}
