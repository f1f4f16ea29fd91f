/**
 * The picture of the preview: plays it muted and tells whether it arrives.
 *
 * Shares the player's engine with the viewer's page, so that host and viewers see the same.
 */
import { signal } from "@preact/signals";
import type { Video } from "../../lib/types";
import { type PlayState, startPlayback } from "../../viewer/player/playback";

/** What the host has to know of the source; apart from the show's status on purpose. */
export type SourceState = "connecting" | "on_air" | "lost" | "external" | "none";

export class PreviewSource {
  readonly state = signal<SourceState>("none");

  /** Plays into the element until the returned function is called. */
  attach(element: HTMLVideoElement, url: string): () => void {
    this.state.value = "connecting";
    element.muted = true;
    const playback = startPlayback(element, url, {
      onState: (play) => {
        this.state.value = stateOf(play);
      },
      onLatency: () => {},
    });
    return () => {
      playback.destroy();
      this.state.value = "none";
    };
  }
}

function stateOf(play: PlayState): SourceState {
  switch (play) {
    case "loading":
      return "connecting";
    // Blocked is the browser's wish for a tap; the picture is there.
    case "playing":
    case "blocked":
      return "on_air";
    case "failed":
      return "lost";
    default: {
      const impossible: never = play;
      return impossible;
    }
  }
}

export type PreviewKind = "video" | "frame" | "none";

export function previewKindOf(video: Video): PreviewKind {
  if (video.play_url === null) return "none";
  switch (video.kind) {
    case "demo":
    case "hls":
      return "video";
    case "youtube":
    case "vimeo":
    case "twitch":
      return "frame";
    case "none":
      return "none";
    default: {
      const impossible: never = video.kind;
      return impossible;
    }
  }
}

/** The provider's address with its own word for silence; the host's room has the real sound. */
export function mutedFrameUrl(kind: Video["kind"], url: string): string {
  const muted = new URL(url);
  switch (kind) {
    case "youtube":
      muted.searchParams.set("mute", "1");
      break;
    case "vimeo":
      muted.searchParams.set("muted", "1");
      break;
    case "twitch":
      muted.searchParams.set("muted", "true");
      muted.searchParams.set("parent", location.hostname);
      break;
    case "demo":
    case "hls":
    case "none":
      break;
    default: {
      const impossible: never = kind;
      return impossible;
    }
  }
  return muted.href;
}
