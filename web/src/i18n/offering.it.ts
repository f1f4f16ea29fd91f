/** Italian texts of making offers in the studio. */
import { plural } from "../lib/i18n";
import type { OfferingTexts } from "./offering.en";

export const offeringIt: OfferingTexts = {
  make: "Offerta",
  makeLabel: (title) => `Crea un’offerta per ${title}`,
  title: "Nuova offerta",
  below: (price, days) =>
    plural(
      days,
      `Sotto ${price}, il prezzo più basso dell’ultimo giorno.`,
      `Sotto ${price}, il prezzo più basso degli ultimi ${days} giorni.`,
    ),
  why: "Per legge lo sconto si conta da quel prezzo. Chi guarda lo vede accanto al tuo.",
  price: "Prezzo al pezzo",
  minutes: "Minuti",
  pieces: "Pezzi a questo prezzo",
  ending: "Indica minuti, pezzi o entrambi: l’offerta finisce con il primo che arriva.",
  cap: "Pezzi a persona",
  start: "Avvia l’offerta",
  starting: "Avvio…",
  started: (title) => `Offerta avviata: ${title}`,
  ended: (title) => `Offerta chiusa: ${title}`,
  running: (price) => `In offerta a ${price}`,
  endsIn: "finisce tra",
  left: (n) => plural(n, "1 pezzo rimasto", `${n} pezzi rimasti`),
  end: "Chiudi l’offerta",
  endLabel: (title) => `Chiudi l’offerta per ${title}`,
  again: (day) => `Questo prezzo si può riproporre dal ${day}. Scegline uno più basso.`,
};
