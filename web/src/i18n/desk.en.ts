/** English texts of the studio's questions; the type of the Italian ones. */
import { plural } from "../lib/i18n";

export const deskEn = {
  panes: "Chat and questions",
  count: (n: number) => plural(n, "Questions: 1 waiting", `Questions: ${n} waiting`),
  sort: "Order",
  byVotes: "Most wanted first",
  byTime: "Oldest first",
  votes: (n: number) => plural(n, "1 vote", `${n} votes`),
  stopTaking: "Take no more questions",
  takeAgain: "Take questions again",
  taking: "Viewers can ask again.",
  notTaking: "No more questions are taken.",
  emptyTitle: "No question waits",
  emptyText: "What viewers ask appears here, with those that most want to know on top.",
  selectFirst: "Choose a question first, with J and K.",
  answer: "Answer",
  answerLabel: (name: string) => `Answer ${name}`,
  takeOver: "Take over",
  takeOverLabel: (name: string, claimer: string) => `Take ${name}’s question over from ${claimer}`,
  answering: (name: string) => `${name} is answering`,
  you: "You are answering",
  text: "Your answer",
  toAll: "To everybody",
  toOne: (name: string) => `Only to ${name}`,
  aloud: "Answered on air",
  giveBack: "Give back",
  dismiss: "Dismiss",
  dismissLabel: (name: string) => `Dismiss ${name}’s question`,
  dismissed: (name: string) => `${name}’s question dismissed`,
  answered: "Answered",
  answeredAloud: "Answered on air",
  sentToAll: "Everybody sees the answer",
  sentToOne: (name: string) => `Only ${name} sees the answer`,
};

export type DeskTexts = typeof deskEn;
