/**
 * What plays an HLS playlist in a video element: hls.js where the browser supports it, else its own means.
 *
 * Loaded with hls.js, so that a page without such a picture never pays for it.
 */
import Hls from "hls.js/light";
import { rebasingLoader } from "./loader";

export type Engine = {
  /** Behind the end of the playlist. */
  latency(): number | null;
  /** The moment that the picture shows by the source's clock, in milliseconds since 1970. */
  date(): number | null;
  toLive(): void;
  destroy(): void;
};

/** Within this time a second fault of the media is none that mends itself. */
const RECOVERY_MS = 5_000;

/** Null where nothing plays such a source. */
export function createEngine(
  video: HTMLVideoElement,
  url: string,
  onFailed: () => void,
): Engine | null {
  // hls.js first, native second: Chromium answers "maybe" to HLS and then breaks some streams.
  if (Hls.isSupported()) return hlsEngine(video, url, onFailed);
  if (video.canPlayType("application/vnd.apple.mpegurl")) return nativeEngine(video, url, onFailed);
  return null;
}

function hlsEngine(video: HTMLVideoElement, url: string, onFailed: () => void): Engine {
  const hls = new Hls({
    loader: rebasingLoader(Hls),
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
  hls.on(Hls.Events.ERROR, (_name, error) => {
    if (!error.fatal) return;
    const isFirst = Date.now() - recoveredAt > RECOVERY_MS;
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR && isFirst) {
      recoveredAt = Date.now();
      return hls.recoverMediaError();
    }
    onFailed();
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    latency() {
      // hls.js itself looks only when the picture or the playlist moves, so a picture that stands
      // still would seem to stay as near as it was.
      const list = hls.latestLevelDetails;
      const secs = list?.live ? list.edge + list.age - video.currentTime : 0;
      return secs > 0 ? secs : null;
    },
    date: () => hls.playingDate?.getTime() ?? null,
    toLive() {
      if (hls.liveSyncPosition) video.currentTime = hls.liveSyncPosition;
    },
    destroy: () => hls.destroy(),
  };
}

/** Safari's, which TypeScript does not know: the moment of the first frame. */
type Dated = { getStartDate?(): Date };

function nativeEngine(video: HTMLVideoElement & Dated, url: string, onFailed: () => void): Engine {
  const liveEnd = () => (video.seekable.length > 0 ? video.seekable.end(0) : null);
  video.addEventListener("error", onFailed);
  video.src = url;
  return {
    latency() {
      const end = liveEnd();
      return end === null ? null : end - video.currentTime;
    },
    date() {
      const start = video.getStartDate?.().getTime() ?? Number.NaN;
      return Number.isNaN(start) ? null : start + video.currentTime * 1000;
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
