/**
 * Maps the show form to requests and a show to the form.
 *
 * Pure: the time zone is the browser's, as in the field the member writes in.
 */
import type { NewShow, ShowPatch, ShowView } from "../../lib/types";
import type { FieldErrors } from "./errors";
import { isVideoUrl, needsUrl, type VideoKind, videoSourceOf } from "./video";

export type ShowDraft = {
  title: string;
  description: string;
  /** As `<input type="datetime-local">` writes it, empty for none. */
  startsAt: string;
  videoKind: VideoKind;
  videoUrl: string;
  /** How much later than the picture says products appear; the negative of `sync_offset_ms`. */
  laterMs: number;
  isRehearsal: boolean;
};

export function emptyShow(): ShowDraft {
  return {
    title: "",
    description: "",
    startsAt: "",
    videoKind: "demo",
    videoUrl: "",
    laterMs: 0,
    isRehearsal: false,
  };
}

export function showDraftOf(show: ShowView): ShowDraft {
  return {
    title: show.title,
    description: show.description,
    startsAt: show.starts_at === null ? "" : localFromIso(show.starts_at),
    videoKind: show.video.kind,
    videoUrl: show.video.url ?? "",
    laterMs: 0 - show.sync_offset_ms,
    isRehearsal: show.is_rehearsal,
  };
}

/** What saving is for: a show that is announced needs a time, a draft does not. */
export type ShowIntent = "save" | "schedule" | "unschedule";

export function checkShow(draft: ShowDraft, intent: ShowIntent, now: Date): FieldErrors {
  const errors = new Map<string, string>();
  if (draft.title.trim() === "") errors.set("/title", "required");
  if (intent === "schedule" && draft.startsAt === "") errors.set("/starts_at", "required");
  if (intent === "schedule" && draft.startsAt !== "" && new Date(draft.startsAt) <= now) {
    errors.set("/starts_at", "in_the_past");
  }
  if (needsUrl(draft.videoKind) && draft.videoUrl.trim() === "") {
    errors.set("/video/url", "required");
  } else if (!isVideoUrl(draft.videoKind, draft.videoUrl)) {
    errors.set("/video/url", `not_${draft.videoKind}`);
  }
  return errors;
}

/** Builds the request for a checked form; null when the video address does not fit. */
export function newShowOf(draft: ShowDraft): NewShow | null {
  const video = videoSourceOf(draft.videoKind, draft.videoUrl);
  if (video === null) return null;
  return {
    title: draft.title.trim(),
    description: draft.description.trim(),
    starts_at: isoFromLocal(draft.startsAt),
    video,
    sync_offset_ms: 0 - draft.laterMs,
    is_rehearsal: draft.isRehearsal,
  };
}

/** Names only what differs from the show, so that two editors do not undo each other. */
export function showPatchOf(show: ShowView, draft: ShowDraft): ShowPatch {
  const before = showDraftOf(show);
  const patch: ShowPatch = {};
  if (draft.title.trim() !== before.title) patch.title = draft.title.trim();
  if (draft.description.trim() !== before.description) patch.description = draft.description.trim();
  if (draft.startsAt !== before.startsAt) patch.starts_at = isoFromLocal(draft.startsAt);
  const video = videoSourceOf(draft.videoKind, draft.videoUrl);
  const isSameVideo =
    draft.videoKind === before.videoKind &&
    (!needsUrl(draft.videoKind) || draft.videoUrl.trim() === before.videoUrl);
  if (video !== null && !isSameVideo) patch.video = video;
  // The server takes a delay back with the kind of source that it belonged to.
  const known = draft.videoKind === before.videoKind ? before.laterMs : 0;
  if (draft.laterMs !== known) patch.sync_offset_ms = 0 - draft.laterMs;
  return patch;
}

export function isoFromLocal(local: string): string | null {
  return local === "" ? null : new Date(local).toISOString();
}

/** Minutes are the field's precision, so seconds of the wire are cut. */
export function localFromIso(iso: string): string {
  const at = new Date(iso);
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
