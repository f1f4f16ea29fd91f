/** Italian words for links that led elsewhere than where they were made for. */
import type { ArrivalTexts } from "./arrival.en";

export const arrivalIt: ArrivalTexts = {
  title: "Il tuo link",
  why: {
    link_unknown: "Questo link non esiste. Forse è stato copiato male.",
    link_expired: "Questo link è scaduto.",
    link_withdrawn: "Il negozio ha ritirato questo link.",
    show_gone: "La diretta di questo link non c’è più.",
    product_gone: "Il prodotto di questo link non è più nella diretta.",
    sold_out: "Il prodotto di questo link è esaurito.",
  },
  toProduct: "Vai al prodotto",
  toProducts: "Vedi gli altri prodotti",
  toShow: "Vai alla diretta",
};
