/** Italian texts of offers as viewers see them. */
import { plural } from "../lib/i18n";
import type { OffersTexts } from "./offers.en";

export const offersIt: OffersTexts = {
  lowest: (days) =>
    plural(
      days,
      "Prezzo più basso dell’ultimo giorno:",
      `Prezzo più basso degli ultimi ${days} giorni:`,
    ),
  endsIn: "L’offerta finisce tra",
  left: (n) => plural(n, "1 pezzo a questo prezzo", `${n} pezzi a questo prezzo`),
  perBuyer: (n) => plural(n, "1 pezzo a persona", `Al massimo ${n} pezzi a persona`),
  started: (title, price) => `Offerta: ${title}, ora ${price}`,
  over: (title) => `L’offerta è finita: ${title}`,
};
