/** What the page shows of the player: sound, state, delay. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { type Playback, type PlayState, play, startPlayback } from "./playback";

export type PlayerStore = {
  state: ReadonlySignal<PlayState>;
  isMuted: ReadonlySignal<boolean>;
  latencySecs: ReadonlySignal<number | null>;
  attach(video: HTMLVideoElement, url: string): () => void;
  setMuted(isMuted: boolean): void;
  /** After a tap, which browsers accept as a wish to watch with sound. */
  resume(): void;
  toLive(): void;
  /** See `Playback`. */
  shows(now: number): number | null;
};

export function createPlayerStore(): PlayerStore {
  const state = signal<PlayState>("loading");
  const isMuted = signal(true);
  const latencySecs = signal<number | null>(null);
  const events = {
    onState: (next: PlayState) => {
      state.value = next;
    },
    onLatency: (secs: number | null) => {
      latencySecs.value = secs === null ? null : Math.round(secs);
    },
  };
  let video: HTMLVideoElement | null = null;
  let playback: Playback | null = null;
  const setMuted = (next: boolean) => {
    isMuted.value = next;
    if (video) video.muted = next;
  };
  return {
    state,
    isMuted,
    latencySecs,
    setMuted,
    attach(element, url) {
      video = element;
      video.muted = isMuted.value;
      state.value = "loading";
      playback = startPlayback(element, url, events);
      const mine = playback;
      return () => {
        mine.destroy();
        video = null;
        latencySecs.value = null;
      };
    },
    resume() {
      setMuted(false);
      if (video) void play(video, events);
    },
    toLive: () => playback?.toLive(),
    shows: (now) => (video && playback ? playback.shows(now) : null),
  };
}
