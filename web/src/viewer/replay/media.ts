/**
 * The recording as the page steers it, whatever plays it: where it is, how long, playing or not.
 *
 * A place that is wished for before the recording is known is gone to as soon as it is.
 */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { type PlayState, play } from "../player/playback";
import type { PlayerStore } from "../player/store";
import { type FrameKind, steerFrame } from "./frame";

export type Media = {
  secs: ReadonlySignal<number>;
  /** 0 until it is known. */
  lengthSecs: ReadonlySignal<number>;
  isPlaying: ReadonlySignal<boolean>;
  isMuted: ReadonlySignal<boolean>;
  /** For the player of files and playlists, with the cover that it lays over the picture. */
  player: PlayerStore;
  attachFrame(frame: HTMLIFrameElement, kind: FrameKind): () => void;
  seek(secs: number): void;
  toggle(): void;
  setMuted(isMuted: boolean): void;
};

/** What plays, once there is one. */
export type Deck = {
  seek(secs: number): void;
  setPlaying(isPlaying: boolean): void;
  setMuted(isMuted: boolean): void;
};

export type DeckEvents = {
  onSecs(secs: number): void;
  onLength(secs: number): void;
  onPlaying(isPlaying: boolean): void;
};

/** `isFile` tells whether the address is a plain file rather than a playlist. */
export function createMedia(base: PlayerStore, isFile: () => boolean): Media {
  const secs = signal(0);
  const lengthSecs = signal(0);
  const isPlaying = signal(false);
  const isMuted = signal(true);
  const fileState = signal<PlayState | null>(null);
  let deck: Deck | null = null;
  let wished: number | null = null;
  const events: DeckEvents = {
    onSecs(now) {
      // Until it has gone to where it was sent, its own place is of no interest.
      if (wished !== null && Math.abs(now - wished) > 2) return deck?.seek(wished);
      wished = null;
      secs.value = now;
    },
    onLength(length) {
      if (Number.isFinite(length) && length > 0) lengthSecs.value = length;
      if (wished !== null) deck?.seek(wished);
    },
    onPlaying: (next) => {
      isPlaying.value = next;
    },
  };
  const attach = (video: HTMLVideoElement, url: string) => {
    const leave = followVideo(video, events);
    deck = videoDeck(video);
    const detach = isFile()
      ? playFile(video, url, (next) => {
          fileState.value = next;
        })
      : base.attach(video, url);
    return () => {
      detach();
      leave();
      deck = null;
    };
  };
  const setMuted = (next: boolean) => {
    isMuted.value = next;
    base.setMuted(next);
    deck?.setMuted(next);
  };
  const seek = (to: number) =>
    batch(() => {
      const end = lengthSecs.value > 0 ? Math.max(0, lengthSecs.value - 0.5) : to;
      const place = Math.min(Math.max(0, to), end);
      wished = place;
      secs.value = place;
      deck?.seek(place);
    });
  return {
    secs,
    lengthSecs,
    isPlaying,
    isMuted,
    player: playerOf(base, fileState, {
      attach,
      setMuted,
      isMuted,
      resume() {
        setMuted(false);
        deck?.setPlaying(true);
      },
    }),
    attachFrame(frame, kind) {
      const steered = steerFrame(frame, kind, events);
      deck = steered.deck;
      return () => {
        steered.leave();
        deck = null;
      };
    },
    seek,
    toggle: () => deck?.setPlaying(!isPlaying.value),
    setMuted,
  };
}

/** The player that the picture's cover reads, with what a file has of its own. */
function playerOf(
  base: PlayerStore,
  fileState: ReadonlySignal<PlayState | null>,
  own: Pick<PlayerStore, "attach" | "setMuted" | "isMuted" | "resume">,
): PlayerStore {
  return {
    ...base,
    ...own,
    state: computed(() => fileState.value ?? base.state.value),
  };
}

function followVideo(video: HTMLVideoElement, events: DeckEvents): () => void {
  const moved = () => events.onSecs(video.currentTime);
  const known = () => events.onLength(video.duration);
  const started = () => events.onPlaying(true);
  const stopped = () => events.onPlaying(false);
  const heard: [string, () => void][] = [
    ["timeupdate", moved],
    ["seeked", moved],
    ["loadedmetadata", known],
    ["durationchange", known],
    ["playing", started],
    ["pause", stopped],
    ["ended", stopped],
  ];
  for (const [name, listener] of heard) video.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of heard) video.removeEventListener(name, listener);
  };
}

function videoDeck(video: HTMLVideoElement): Deck {
  return {
    seek(secs) {
      if (video.readyState > 0) video.currentTime = secs;
    },
    setPlaying(isPlaying) {
      if (!isPlaying) return video.pause();
      // A browser that wants another tap leaves it paused, and the button says so.
      video.play().catch(() => undefined);
    },
    setMuted(isMuted) {
      video.muted = isMuted;
    },
  };
}

/** Plays a file by the browser's own means. */
function playFile(
  video: HTMLVideoElement,
  url: string,
  onState: (state: PlayState) => void,
): () => void {
  const playing = () => onState("playing");
  const failed = () => onState("failed");
  video.addEventListener("playing", playing);
  video.addEventListener("error", failed);
  onState("loading");
  video.src = url;
  void play(video, { onState, onLatency: () => undefined });
  return () => {
    video.removeEventListener("playing", playing);
    video.removeEventListener("error", failed);
    video.removeAttribute("src");
    video.load();
  };
}
