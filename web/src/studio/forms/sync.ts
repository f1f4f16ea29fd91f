/** How far what is on screen can be moved against the picture, in seconds: later above zero, earlier below. */
import type { VideoKind } from "./video";

export type SyncRange = { of: "hls" | "frame" | "none"; min: number; max: number };

/** Null for the demo clip, whose clock is the server's own. */
export function syncRangeOf(kind: VideoKind): SyncRange | null {
  switch (kind) {
    case "demo":
      return null;
    // A playlist tells its moment, which encoders write down some seconds wrong at most.
    case "hls":
      return { of: "hls", min: -10, max: 30 };
    case "youtube":
    case "vimeo":
    case "twitch":
      return { of: "frame", min: 0, max: 60 };
    case "none":
      return { of: "none", min: 0, max: 60 };
    default: {
      const impossible: never = kind;
      return impossible;
    }
  }
}
