/** Italian texts of the open bag. */
import { plural } from "../lib/i18n";
import type { BagTexts } from "./bag.en";

export const bagIt: BagTexts = {
  emptyTitle: "Il carrello è vuoto",
  emptyText: "Raccogli quello che ti piace e pagalo tutto insieme.",
  subtotal: "Subtotale",
  checkOut: (price) => `Vai alla cassa · ${price}`,
  nothingLeft: "Non resta nulla da comprare",
  remove: "Togli",
  removeLabel: (name) => `Togli: ${name}`,
  fewer: (n) => plural(n, "Ne resta solo 1", `Ne restano solo ${n}`),
  priceChanged: (before, now) =>
    `Il prezzo è passato da ${before} a ${now} da quando l’hai messo nel carrello.`,
  gone: (n, names) =>
    plural(
      n,
      `Non è più in vendita e non è più nel carrello: ${names}.`,
      `Non sono più in vendita e non sono più nel carrello: ${names}.`,
    ),
  understood: "Va bene",
  goOnWithout: "Prosegui senza",
};
