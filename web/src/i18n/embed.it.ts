/** Italian texts of a show inside another site's page. */
import type { EmbedTexts } from "./embed.en";

export const embedIt: EmbedTexts = {
  add: "Al carrello",
  added: (title) => `${title}: ora è nel carrello`,
  noAnswer: "Il sito non ha risposto. Prima di riprovare, guarda nel suo carrello.",
  refused: "Il sito non ha potuto mettere questo articolo nel carrello.",
  checkOut: "Il sito ti porta alla sua cassa.",
  openShow: "Ingrandisci la diretta",
};
