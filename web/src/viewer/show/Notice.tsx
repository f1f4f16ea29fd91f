/** A short message near the top that goes away by itself. */
import { useEffect } from "preact/hooks";

const SHOWN_MS = 6_000;

export function Notice({ text, onDone }: { text: string; onDone?: () => void }) {
  useEffect(() => {
    if (!onDone) return;
    const timer = setTimeout(onDone, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [onDone]);
  return (
    <p class="notice" role="status">
      {text}
    </p>
  );
}
