/**
 * Steers the players of YouTube and Vimeo by messages to their frames, without their scripts.
 *
 * Only what comes from the frame itself, and from its own origin, is listened to.
 */
import type { Deck, DeckEvents } from "./media";

export type FrameKind = "youtube" | "vimeo";

const ORIGINS: Record<FrameKind, string> = {
  youtube: "https://www.youtube-nocookie.com",
  vimeo: "https://player.vimeo.com",
};

/** YouTube's number for "playing". */
const YOUTUBE_PLAYING = 1;
/** A player that loads slowly is asked again for its place. */
const ASK_EVERY_MS = 1_000;

export function steerFrame(frame: HTMLIFrameElement, kind: FrameKind, events: DeckEvents) {
  const origin = ORIGINS[kind];
  let isHeard = false;
  const post = (message: object) =>
    frame.contentWindow?.postMessage(JSON.stringify(message), origin);
  const ask = () => {
    if (isHeard) return;
    if (kind === "youtube") post({ event: "listening", id: 1, channel: "widget" });
    else for (const value of VIMEO_EVENTS) post({ method: "addEventListener", value });
  };
  const heard = (message: MessageEvent) => {
    if (message.source !== frame.contentWindow || message.origin !== origin) return;
    const data = read(message.data);
    if (!data) return;
    // Vimeo says that it is ready before it takes anything.
    if (kind === "vimeo" && data.event === "ready") return ask();
    isHeard = true;
    if (kind === "youtube") hearYoutube(data, events);
    else hearVimeo(data, events);
  };
  addEventListener("message", heard);
  frame.addEventListener("load", ask);
  const timer = setInterval(ask, ASK_EVERY_MS);
  const leave = () => {
    clearInterval(timer);
    removeEventListener("message", heard);
    frame.removeEventListener("load", ask);
  };
  return { deck: kind === "youtube" ? youtubeDeck(post) : vimeoDeck(post), leave };
}

const VIMEO_EVENTS = ["timeupdate", "play", "pause", "ended"];

type Post = (message: object) => void;

function youtubeDeck(post: Post): Deck {
  const command = (func: string, args: unknown[] = []) => post({ event: "command", func, args });
  return {
    seek: (secs) => command("seekTo", [secs, true]),
    setPlaying: (isPlaying) => command(isPlaying ? "playVideo" : "pauseVideo"),
    setMuted: (isMuted) => command(isMuted ? "mute" : "unMute"),
  };
}

function vimeoDeck(post: Post): Deck {
  return {
    seek: (value) => post({ method: "setCurrentTime", value }),
    setPlaying: (isPlaying) => post({ method: isPlaying ? "play" : "pause" }),
    setMuted: (value) => post({ method: "setMuted", value }),
  };
}

function hearYoutube(data: Fields, events: DeckEvents): void {
  const info = data.info;
  if (typeof info !== "object" || info === null) return;
  const { currentTime, duration, playerState } = info as Fields;
  if (typeof duration === "number") events.onLength(duration);
  if (typeof currentTime === "number") events.onSecs(currentTime);
  if (typeof playerState === "number") events.onPlaying(playerState === YOUTUBE_PLAYING);
}

function hearVimeo({ event, data }: Fields, events: DeckEvents): void {
  if (event === "play") events.onPlaying(true);
  if (event === "pause" || event === "ended") events.onPlaying(false);
  if (typeof data !== "object" || data === null) return;
  const { seconds, duration } = data as Fields;
  if (typeof duration === "number") events.onLength(duration);
  if (typeof seconds === "number") events.onSecs(seconds);
}

type Fields = Record<string, unknown>;

function read(data: unknown): Fields | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? (value as Fields) : null;
  } catch {
    return null;
  }
}
