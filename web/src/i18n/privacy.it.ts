/** What viewers are told of the data kept of them, in Italian. */
import { plural } from "../lib/i18n";
import type { PrivacyTexts } from "./privacy.en";

export const privacyIt: PrivacyTexts = {
  open: "I tuoi dati",
  title: "I tuoi dati",
  intro:
    "Ciò che questo negozio conserva di questa scheda del tuo browser. Non c’è un account e non c’è un cookie.",
  nothing:
    "Non hai scritto né comprato nulla. È conservata solo un’impronta cifrata che ti conta una volta tra chi guarda; sparisce un mese dopo la fine della diretta.",
  shows: (n) => plural(n, "Il tuo nome in una diretta", `Il tuo nome in ${n} dirette`),
  messages: (n) => plural(n, "1 messaggio", `${n} messaggi`),
  questions: (n) => plural(n, "1 domanda", `${n} domande`),
  votes: (n) => plural(n, "1 voto a una domanda", `${n} voti a domande`),
  orders: (n) => plural(n, "1 ordine o prenotazione", `${n} ordini o prenotazioni`),
  download: "Scarica tutto",
  erase: "Cancella…",
  blocked: (number) =>
    `C’è un pagamento o un rimborso in corso per l’ordine ${number}. Cancella quando è concluso.`,
  check: "Cancellare tutto?",
  goes: "Spariscono il tuo nome, i messaggi e le domande, con le risposte, anche dalla replica. I voti restano contati, ma non più tuoi.",
  ordersStay:
    "Gli ordini restano: i dati di chi ha comprato si cancellano dalla pagina di ciascun ordine, il cui indirizzo è nelle nostre e-mail.",
  banStays: (until) => `L’esclusione resta fino al ${until}.`,
  cannotUndo: "Non si può annullare.",
  confirm: "Cancella per sempre",
  cancel: "No, lascia tutto",
  erasing: "Cancellazione…",
  done: "Fatto: è tutto cancellato. Se scrivi di nuovo, scegli di nuovo un nome.",
  close: "Torna alla diretta",
};
