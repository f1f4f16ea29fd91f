/**
 * Checks the address of a video source before the server is asked.
 *
 * The server decides; this only spares the member a round trip for a slip of the hand.
 */
import type { VideoSource } from "../../lib/types";

export type VideoKind = VideoSource["kind"];

/** The kinds in the order of the form: what works at once first. */
export const VIDEO_KINDS: readonly VideoKind[] = [
  "demo",
  "youtube",
  "twitch",
  "vimeo",
  "hls",
  "none",
];

/** An address of the right shape for each kind that needs one; shown in the empty field. */
export const VIDEO_EXAMPLES: Record<VideoKind, string> = {
  demo: "",
  none: "",
  hls: "https://video.example.com/live/index.m3u8",
  youtube: "https://www.youtube.com/watch?v=…",
  vimeo: "https://vimeo.com/event/…",
  twitch: "https://www.twitch.tv/…",
};

export function needsUrl(kind: VideoKind): boolean {
  return kind !== "demo" && kind !== "none";
}

/** Tells whether an address can belong to a source of this kind. */
export function isVideoUrl(kind: VideoKind, text: string): boolean {
  if (!needsUrl(kind)) return true;
  const url = parseUrl(text);
  if (url === null) return false;
  const host = url.hostname.replace(/^(www|m)\./, "");
  switch (kind) {
    case "hls":
      return url.pathname.endsWith(".m3u8");
    case "youtube":
      return isYoutube(host, url);
    case "vimeo":
      return isVimeo(host, url.pathname);
    case "twitch":
      return host === "twitch.tv" && /^\/\w{3,25}\/?$/.test(url.pathname);
    case "demo":
    case "none":
      return true;
    default: {
      const impossible: never = kind;
      return impossible;
    }
  }
}

function isYoutube(host: string, url: URL): boolean {
  const id = /^[\w-]{11}$/;
  if (host === "youtu.be") return id.test(url.pathname.slice(1));
  if (host !== "youtube.com" && host !== "youtube-nocookie.com") return false;
  const inPath = /^\/(?:live|embed|shorts)\/([\w-]{11})\/?$/.test(url.pathname);
  return inPath || (url.pathname === "/watch" && id.test(url.searchParams.get("v") ?? ""));
}

function isVimeo(host: string, path: string): boolean {
  if (host === "player.vimeo.com") return /^\/video\/\d+\/?$/.test(path);
  return host === "vimeo.com" && /^\/(?:event\/)?\d+(?:\/\w+)?\/?$/.test(path);
}

function parseUrl(text: string): URL | null {
  if (!URL.canParse(text.trim())) return null;
  const url = new URL(text.trim());
  return url.protocol === "https:" || url.protocol === "http:" ? url : null;
}

/** Builds the source of a form; null when the address does not fit the kind. */
export function videoSourceOf(kind: VideoKind, text: string): VideoSource | null {
  if (!isVideoUrl(kind, text)) return null;
  const url = text.trim();
  switch (kind) {
    case "demo":
    case "none":
      return { kind };
    case "hls":
    case "youtube":
    case "vimeo":
    case "twitch":
      return { kind, url };
    default: {
      const impossible: never = kind;
      return impossible;
    }
  }
}
