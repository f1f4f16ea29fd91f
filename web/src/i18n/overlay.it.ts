/** Italian texts of the overlay. */
import type { OverlayTexts } from "./overlay.en";

export const overlayIt: OverlayTexts = {
  name: "Prodotto in onda",
  from: "da",
  scan: "Inquadra e compra",
  qrOf: (title) => `Codice QR che porta a ${title}`,
  available: "Disponibile",
  guide: {
    connecting: "Collegamento alla diretta…",
    offline: "Nessuna connessione: riprende da sola.",
    no_key:
      "All’indirizzo manca la chiave. Copialo di nuovo dallo studio, con tutto quello che segue il #.",
    refused: "Questa chiave è stata revocata o è sbagliata. Creane una nuova nello studio.",
    no_show: "Al momento questa diretta non c’è. Appare qui appena viene annunciata.",
    nothing: "Tutto pronto. Metti in evidenza un prodotto nello studio e lo vedrai qui.",
  },
};
