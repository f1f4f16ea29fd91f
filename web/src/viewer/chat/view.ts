/** What chat components are given: one shape for the lines over the video and for the full log. */
import type { ChatRow } from "../../lib/reduce";
import type { PinnedMessage } from "../../lib/types";
import type { Outgoing } from "../store/chat";

export type ChatView = {
  rows: ChatRow[];
  /** Messages that a crowded chat did not show lately. */
  leftOut: number;
  /** On top of the chat. */
  pinned: PinnedMessage | null;
  outgoing: Outgoing[];
  me: { id: string | null; name: string };
  isOnline: boolean;
  actions: { retry(id: string): void; discard(id: string): void };
};

/** Lines over the video; more would cover what is shown. */
export const LINES_MAX = 5;
