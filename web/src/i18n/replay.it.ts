/** Italian texts of a replay. */
import { plural } from "../lib/i18n";
import type { ReplayTexts } from "./replay.en";

export const replayIt: ReplayTexts = {
  badge: "Replay",
  loadingTitle: "Carico il replay",
  failedTitle: "Non è stato possibile caricare il replay",
  position: "Punto del replay",
  positionText: (now, length, title) =>
    title ? `${now} di ${length}, ${title}` : `${now} di ${length}`,
  play: "Riproduci",
  pause: "Pausa",
  previous: "Prodotto precedente",
  next: "Prodotto successivo",
  moments: "Prodotti",
  momentsOf: (n) => plural(n, "Prodotti: 1", `Prodotti: ${n}`),
  shownAt: (time) => `Mostrato a ${time}`,
  jumpTo: (time, title) => `Mostrato a ${time}: ${title}`,
  notShown: "Non mostrato in questa diretta",
  onScreen: "In onda",
  gone: (title) => `${title} non è più in vendita`,
  chatThen: "La chat di quella sera",
  chatNothing: "Nessuno ha ancora scritto.",
  share: "Condividi questo momento",
  copied: "Link a questo momento copiato",
  todaysPrices: "Prezzi e disponibilità sono quelli di oggi.",
};
