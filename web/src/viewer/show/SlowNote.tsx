/** Why the send button makes viewers wait. */
import { texts } from "../texts";

export function SlowNote({ secs }: { secs: number }) {
  if (secs === 0) return null;
  return <p class="hint slow">{texts.value.slowMode(secs)}</p>;
}
