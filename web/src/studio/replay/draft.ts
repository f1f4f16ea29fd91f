/** The form of a replay: where the recording is, and how long after going live it begins. */
import type { RecordingSource, Replay, ReplayChange, ShowView } from "../../lib/types";

export type RecordingKind = RecordingSource["kind"];
export type ReplayDraft = { kind: RecordingKind; url: string; offset: string };

export const RECORDING_KINDS: readonly RecordingKind[] = [
  "file",
  "hls",
  "youtube",
  "vimeo",
  "demo",
];

/** When the show went live: what the offset is counted from. */
function beganMs(show: ShowView): number {
  return Date.parse(show.started_at ?? show.ended_at ?? "") || 0;
}

export function draftOf(show: ShowView, replay: Replay): ReplayDraft {
  const secs = (Date.parse(replay.starts_at) - beganMs(show)) / 1000;
  return {
    kind: replay.video?.kind ?? "file",
    url: replay.video?.url ?? "",
    offset: String(secs),
  };
}

/** Seconds as people write them, with a point or a comma; null for what is no number. */
export function secsOf(text: string): number | null {
  const plain = text.trim().replace(",", ".").replace("−", "-");
  return /^[+-]?\d{1,6}(\.\d{1,3})?$/.test(plain) ? Number(plain) : null;
}

/** Null while the offset is no number. */
export function changeOf(
  show: ShowView,
  draft: ReplayDraft,
  isPublished: boolean,
): ReplayChange | null {
  const secs = secsOf(draft.offset);
  if (secs === null) return null;
  const { kind } = draft;
  const recording = kind === "demo" ? { kind } : { kind, url: draft.url.trim() };
  const starts_at = new Date(beganMs(show) + Math.round(secs * 1000)).toISOString();
  return { recording, starts_at, is_published: isPublished };
}
