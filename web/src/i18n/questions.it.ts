/** Italian texts of questions, for viewers and the studio. */
import { plural } from "../lib/i18n";
import type { QuestionTexts } from "./questions.en";

export const questionsIt: QuestionTexts = {
  title: "Domande",
  askLabel: "La tua domanda",
  placeholder: "Che cosa vuoi sapere?",
  about: "Su",
  aboutShow: "La diretta in generale",
  send: "Chiedi",
  asking: "Invio…",
  nameLabel: "Il tuo nome",
  nameHint: "Appare accanto alla tua domanda.",
  charsLeft: (n) => plural(n, "1 carattere rimasto", `${n} caratteri rimasti`),
  closed: "Al momento non si possono fare domande.",
  notOpen: "Le domande si fanno durante la diretta.",
  mutedUntil: (time) => `Non puoi fare domande fino alle ${time}.`,
  open: "In attesa di risposta",
  none: "Ancora nessuna domanda. Falla tu per primo.",
  answered: "Con risposta",
  own: "Tu",
  forYou: "La vedi solo tu",
  privateTitle: "Risposte per te",
  votes: (n) => plural(n, "Interessa a 1 persona", `Interessa a ${n} persone`),
  vote: (text) => `Interessa anche a me: ${text}`,
  answering: (name) => `${name} sta rispondendo`,
  aloud: "Risposta data in diretta",
  answeredNews: "Hanno risposto alla tua domanda.",
  askAbout: "Chiedi di questo prodotto",
  aboutProduct: "Domande e risposte",
};
