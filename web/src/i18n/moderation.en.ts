/** English texts of messages that wait and of the rules for them; the type of the Italian ones. */
import { plural } from "../lib/i18n";

export const moderationEn = {
  waiting: (n: number) => plural(n, "1 message waits for you", `${n} messages wait for you`),
  reasons: { word: "Word of the list", first: "First message" },
  approve: "Show",
  approveLabel: (name: string) => `Show ${name}’s message`,
  refuse: "Refuse",
  refuseLabel: (name: string) => `Refuse ${name}’s message`,
  approved: (name: string) => `${name}’s message is in the chat`,
  refused: (name: string) => `${name}’s message is refused`,
  noneWaiting: "No message waits.",
  onTop: "Pinned message",
  pin: "Pin",
  pinLabel: (name: string) => `Pin ${name}’s message`,
  unpin: "Unpin",
  unpinLabel: (name: string) => `Unpin ${name}’s message`,
  pinned: "The message stands on top of the chat.",
  unpinned: "The message no longer stands on top of the chat.",
  reply: "Reply pinned",
  replyLabel: (name: string) => `Reply pinned to ${name}`,
  pinMine: "Pin my message",
  lock: "Pause the chat",
  unlock: "Open the chat again",
  locked: "Only the shop writes now.",
  unlocked: "Everybody can write again.",
  lockedNote: "The chat is paused: only the shop writes.",
  title: "Chat rules",
  text: "Messages that match wait for a moderator. They are never changed, and only their author sees them meanwhile.",
  words: "Words and short phrases",
  wordsHint: "One a line, up to 200. Whole words, whatever their case and accents.",
  common: "Also hold common insults in Italian and English",
  first: "Hold the first message of every viewer",
  saved: "Chat rules saved",
};

export type ModerationTexts = typeof moderationEn;
