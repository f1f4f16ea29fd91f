/**
 * Plays an HLS playlist in a video element; a source that fails is tried again for as long as
 * somebody watches.
 */
import type { Engine } from "./hls";

export type PlayState = "loading" | "playing" | "blocked" | "failed";
export type PlaybackEvents = {
  onState(state: PlayState): void;
  onLatency(secs: number | null): void;
};
export type Playback = {
  /**
   * The moment that the picture shows, in milliseconds since 1970: by the source's clock, or where
   * it has none, as far behind `now` as behind the end of its playlist. Null while nothing plays.
   */
  shows(now: number): number | null;
  toLive(): void;
  destroy(): void;
};

/** Between two attempts on a source that failed. */
const RETRY_MS = 5_000;
const HICCUP_MS = 1_000;
const LATENCY_MS = 1_000;

/** Starts playing; the element is muted, which is what browsers let play by itself. */
export function startPlayback(
  video: HTMLVideoElement,
  url: string,
  events: PlaybackEvents,
): Playback {
  let engine: Engine | null = null;
  let isDestroyed = false;
  let retry: ReturnType<typeof setTimeout> | null = null;
  let failures = 0;
  const begin = async () => {
    engine?.destroy();
    engine = await load().then(
      ({ createEngine }) => createEngine(video, url, failed),
      () => null,
    );
    if (isDestroyed) return engine?.destroy();
    if (!engine) return failed();
    await play(video, events);
  };
  const failed = () => {
    if (retry) return;
    failures += 1;
    // A hiccup heals by itself; only what fails again is worth words.
    const isHiccup = failures === 1;
    events.onState(isHiccup ? "loading" : "failed");
    const again = () => {
      retry = null;
      void begin();
    };
    retry = setTimeout(again, isHiccup ? HICCUP_MS : RETRY_MS);
  };
  const playing = () => {
    failures = 0;
    events.onState("playing");
  };
  const waiting = () => !video.paused && events.onState("loading");
  video.addEventListener("playing", playing);
  video.addEventListener("waiting", waiting);
  const latency = () => (video.paused ? null : (engine?.latency() ?? null));
  const timer = setInterval(() => events.onLatency(latency()), LATENCY_MS);
  void begin();
  return {
    shows(now) {
      if (video.paused || !engine) return null;
      const secs = engine.latency();
      return engine.date() ?? (secs === null ? null : now - secs * 1000);
    },
    toLive: () => engine?.toLive(),
    destroy() {
      isDestroyed = true;
      clearInterval(timer);
      if (retry) clearTimeout(retry);
      video.removeEventListener("playing", playing);
      video.removeEventListener("waiting", waiting);
      engine?.destroy();
    },
  };
}

const load = () => import("./hls");

/** Plays, or says that the browser waits for a tap. */
export async function play(video: HTMLVideoElement, events: PlaybackEvents): Promise<void> {
  try {
    await video.play();
  } catch (cause) {
    const isBlocked = cause instanceof Error && cause.name === "NotAllowedError";
    if (isBlocked) events.onState("blocked");
  }
}
