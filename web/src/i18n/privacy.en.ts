/** What viewers are told of the data kept of them, in English. */
import { plural } from "../lib/i18n";

export const privacyEn = {
  open: "Your data",
  title: "Your data",
  intro: "What this shop keeps of this tab of your browser. No account and no cookie belong to it.",
  nothing:
    "You wrote and bought nothing. Only a keyed hash is kept that counts you once among those who watch; it goes a month after the show ends.",
  shows: (n: number) => plural(n, "Your name in one show", `Your name in ${n} shows`),
  messages: (n: number) => plural(n, "1 message", `${n} messages`),
  questions: (n: number) => plural(n, "1 question", `${n} questions`),
  votes: (n: number) => plural(n, "1 vote for a question", `${n} votes for questions`),
  orders: (n: number) => plural(n, "1 order or reservation", `${n} orders or reservations`),
  download: "Download all of it",
  erase: "Erase…",
  blocked: (number: string) =>
    `A payment or a refund of order ${number} is under way. Erase when it is done.`,
  check: "Erase all of it?",
  goes: "Your name, messages and questions go, with the answers to them, also from the replay. Votes stay counted without you.",
  ordersStay:
    "Orders stay: what is kept of their buyer you erase on the page of each order, whose address is in our e-mails.",
  banStays: (until: string) => `The ban stays until ${until}.`,
  cannotUndo: "This cannot be undone.",
  confirm: "Erase for good",
  cancel: "No, keep it",
  erasing: "Erasing…",
  done: "It is erased. If you write again, you give a name again.",
  close: "Back to the show",
};

export type PrivacyTexts = typeof privacyEn;
