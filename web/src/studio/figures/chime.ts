/**
 * The sound of a sale, made by the browser itself, and whether it is wanted.
 *
 * Sales that come together ring once.
 */
import { signal } from "@preact/signals";
import { readStored, writeStored } from "../../ui/storage";

const STORED_AS = "vetrina.sale-sound";
/** A bell in a rush of orders is noise, and a microphone may be open. */
const PAUSE_MS = 1_500;
/** Two notes, a fifth apart: hertz, and when each begins in seconds. */
const NOTES = [
  [880, 0],
  [1318.5, 0.11],
] as const;
const NOTE_SECS = 0.5;
const LOUDNESS = 0.12;

const state = signal(readStored(STORED_AS) !== "off");
let context: AudioContext | null = null;
let rangAt = Number.NEGATIVE_INFINITY;

export function isSoundOn(): boolean {
  return state.value;
}

/** Keeps the choice in this browser; switched on, it is heard once. */
export function setSound(isOn: boolean): void {
  state.value = isOn;
  writeStored(STORED_AS, isOn ? null : "off");
  rangAt = Number.NEGATIVE_INFINITY;
  if (isOn) ring();
}

/** Rings unless it is muted or has just rung; whether it did. */
export function ring(now: number = performance.now()): boolean {
  if (!state.peek() || now - rangAt < PAUSE_MS) return false;
  rangAt = now;
  try {
    context ??= new AudioContext();
    // Browsers keep it silent until the page was touched; the next sale is heard then.
    if (context.state === "suspended") void context.resume().catch(() => {});
    for (const [hertz, after] of NOTES) play(context, hertz, context.currentTime + after);
  } catch {
    // A browser without sound still shows the sale.
  }
  return true;
}

function play(audio: AudioContext, hertz: number, at: number): void {
  const [note, gain] = [audio.createOscillator(), audio.createGain()];
  note.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.01);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_SECS);
  note.connect(gain).connect(audio.destination);
  note.start(at);
  note.stop(at + NOTE_SECS);
}
