/**
 * Plays an HLS playlist in a video element, through hls.js where the browser supports it.
 *
 * hls.js first, native second: Chromium answers "maybe" to HLS and then breaks some streams.
 * A source that fails is tried again for as long as somebody watches.
 */
import type Hls from "hls.js";
import { rebasingLoader } from "./loader";

export type PlayState = "loading" | "playing" | "blocked" | "failed";
export type PlaybackEvents = {
  onState(state: PlayState): void;
  onLatency(secs: number | null): void;
};
export type Playback = { toLive(): void; destroy(): void };

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
    engine = await createEngine(video, url, failed).catch(() => null);
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
  const timer = setInterval(() => {
    events.onLatency(video.paused ? null : (engine?.latency() ?? null));
  }, LATENCY_MS);
  void begin();
  return {
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

/** Plays, or says that the browser waits for a tap. */
export async function play(video: HTMLVideoElement, events: PlaybackEvents): Promise<void> {
  try {
    await video.play();
  } catch (cause) {
    const isBlocked = cause instanceof Error && cause.name === "NotAllowedError";
    if (isBlocked) events.onState("blocked");
  }
}

type Engine = { latency(): number | null; toLive(): void; destroy(): void };

async function createEngine(
  video: HTMLVideoElement,
  url: string,
  onFailed: () => void,
): Promise<Engine | null> {
  const { default: HlsLight } = await import("hls.js/light");
  if (HlsLight.isSupported()) return hlsEngine(HlsLight, video, url, onFailed);
  if (video.canPlayType("application/vnd.apple.mpegurl")) return nativeEngine(video, url, onFailed);
  return null;
}

function hlsEngine(
  HlsLight: typeof Hls,
  video: HTMLVideoElement,
  url: string,
  onFailed: () => void,
): Engine {
  const hls = new HlsLight({
    loader: rebasingLoader(HlsLight),
    // A worker would start from a `blob:` address, which the content security policy refuses.
    enableWorker: false,
    // Two segments behind the end of the playlist: about 4 s with segments of 2 s.
    liveSyncDurationCount: 2,
    maxLiveSyncPlaybackRate: 1.06,
    // Otherwise every stall moves the target a second further from the host.
    liveSyncOnStallIncrease: 0,
    backBufferLength: 20,
  });
  let recoveredAt = 0;
  hls.on(HlsLight.Events.ERROR, (_name, error) => {
    if (!error.fatal) return;
    const isFirst = Date.now() - recoveredAt > RETRY_MS;
    if (error.type === HlsLight.ErrorTypes.MEDIA_ERROR && isFirst) {
      recoveredAt = Date.now();
      return hls.recoverMediaError();
    }
    onFailed();
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    latency: () => (Number.isFinite(hls.latency) && hls.latency > 0 ? hls.latency : null),
    toLive() {
      if (hls.liveSyncPosition) video.currentTime = hls.liveSyncPosition;
    },
    destroy: () => hls.destroy(),
  };
}

function nativeEngine(video: HTMLVideoElement, url: string, onFailed: () => void): Engine {
  const liveEnd = () => (video.seekable.length > 0 ? video.seekable.end(0) : null);
  video.addEventListener("error", onFailed);
  video.src = url;
  return {
    latency() {
      const end = liveEnd();
      return end === null ? null : end - video.currentTime;
    },
    toLive() {
      const end = liveEnd();
      if (end !== null) video.currentTime = end;
    },
    destroy() {
      video.removeEventListener("error", onFailed);
      video.removeAttribute("src");
      video.load();
    },
  };
}
