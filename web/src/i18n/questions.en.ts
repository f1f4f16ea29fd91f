/** English texts of questions, for viewers and the studio; the type of the Italian ones. */
import { plural } from "../lib/i18n";

export const questionsEn = {
  title: "Questions",
  askLabel: "Your question",
  placeholder: "What would you like to know?",
  about: "About",
  aboutShow: "The show in general",
  send: "Ask",
  asking: "Asking…",
  nameLabel: "Your name",
  nameHint: "Shown beside your question.",
  charsLeft: (n: number) => plural(n, "1 character left", `${n} characters left`),
  closed: "No questions are taken at the moment.",
  notOpen: "Questions can be asked while the show is live.",
  mutedUntil: (time: string) => `You cannot ask until ${time}.`,
  open: "Waiting for an answer",
  none: "No questions yet. Be the first to ask.",
  answered: "Answered",
  own: "You",
  forYou: "Only you see this",
  privateTitle: "Answers for you",
  votes: (n: number) => plural(n, "1 person wants to know", `${n} people want to know`),
  vote: (text: string) => `I want to know too: ${text}`,
  answering: (name: string) => `${name} is answering`,
  aloud: "Answered in the show",
  answeredNews: "Your question was answered.",
  askAbout: "Ask about this product",
  aboutProduct: "Questions and answers",
};

export type QuestionTexts = typeof questionsEn;
