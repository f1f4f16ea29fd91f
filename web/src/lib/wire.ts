/**
 * Reads socket frames: checks the envelope of what arrived before anything trusts it.
 *
 * The contents of a known frame are the server's promise (the generated schema); its
 * envelope is checked here, so that a stray proxy answer or a later frame type is ignored.
 */
import type {
  MemberEvent,
  MemberEventData,
  ServerFrame,
  ViewerEvent,
  ViewerEventData,
} from "./types";

const FRAME_TYPES: Record<ServerFrame["t"], true> = {
  welcome: true,
  resumed: true,
  events: true,
  member_events: true,
  signal: true,
  you: true,
  reply: true,
  drain: true,
};

const VIEWER_EVENTS: Record<keyof ViewerEventData, true> = {
  "show.scheduled": true,
  "show.started": true,
  "show.paused": true,
  "show.resumed": true,
  "show.ended": true,
  "show.updated": true,
  "replay.published": true,
  "replay.withdrawn": true,
  "lineup.changed": true,
  "product.changed": true,
  "product.featured": true,
  "product.unfeatured": true,
  "stock.changed": true,
  "offer.started": true,
  "offer.units_changed": true,
  "offer.ended": true,
  "chat.sent": true,
  "chat.removed": true,
  "chat.restored": true,
  "chat.slow_mode_changed": true,
  "chat.lock_changed": true,
  "chat.pinned": true,
  "chat.unpinned": true,
  "question.asked": true,
  "question.upvoted": true,
  "question.claimed": true,
  "question.answered": true,
  "question.dismissed": true,
  "question.intake_changed": true,
  "author.erased": true,
  "chat.expired": true,
  "chat.left_out": true,
};

const MEMBER_EVENTS: Record<keyof MemberEventData, true> = {
  "order.reserved": true,
  "order.paid": true,
  "order.processing": true,
  "order.released": true,
  "order.changed": true,
  "order.shipped": true,
  "message.held": true,
  "message.approved": true,
  "message.refused": true,
  "question.answered_privately": true,
  "viewer.muted": true,
  "viewer.unmuted": true,
  "viewer.banned": true,
  "viewer.unbanned": true,
  "viewer.erased": true,
  "buyer.erased": true,
  "people.expired": true,
};

/** Gives the frame, or null for what this version of the client does not know. */
export function parseFrame(text: string): ServerFrame | null {
  try {
    const frame: unknown = JSON.parse(text);
    return isFrame(frame) ? frame : null;
  } catch {
    return null;
  }
}

/** A newer server may send more types; they count for `seq` and change nothing. */
export function isKnownViewerEvent(event: { type: string }): event is ViewerEvent {
  return Object.hasOwn(VIEWER_EVENTS, event.type);
}

export function isKnownMemberEvent(event: { type: string }): event is MemberEvent {
  return Object.hasOwn(MEMBER_EVENTS, event.type);
}

function isFrame(frame: unknown): frame is ServerFrame {
  if (!isObject(frame) || typeof frame.t !== "string") return false;
  if (!Object.hasOwn(FRAME_TYPES, frame.t)) return false;
  if (frame.t === "events" || frame.t === "member_events") {
    return Array.isArray(frame.events) && frame.events.every(isEvent);
  }
  if (frame.t === "welcome" || frame.t === "resumed") return typeof frame.position === "string";
  return true;
}

function isEvent(event: unknown): boolean {
  return (
    isObject(event) &&
    Number.isSafeInteger(event.seq) &&
    typeof event.at === "string" &&
    typeof event.type === "string" &&
    isObject(event.data)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
