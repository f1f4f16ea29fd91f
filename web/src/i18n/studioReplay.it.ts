/** Italian texts of the studio's panel for replays. */
import type { StudioReplayTexts } from "./studioReplay.en";

export const studioReplayIt: StudioReplayTexts = {
  title: "Replay",
  text: "La registrazione va accanto alla chat e ai prodotti com’erano. Chi guarda compra ai prezzi di oggi.",
  source: "Registrazione",
  kinds: {
    file: "File video",
    hls: "Playlist HLS",
    youtube: "YouTube",
    vimeo: "Vimeo",
    demo: "Filmato dimostrativo",
  },
  url: "Indirizzo della registrazione",
  urlHint: "Un indirizzo https pubblico.",
  offset: "La registrazione comincia",
  offsetHint:
    "Secondi dopo l’inizio della diretta; con il meno, prima. Spostalo finché chat e immagine coincidono.",
  offsetNaN: "Scrivi i secondi, per esempio 2,5 o -10.",
  save: "Salva senza pubblicare",
  publish: "Pubblica il replay",
  change: "Salva le modifiche",
  withdraw: "Ritira",
  watch: "Guarda il replay",
  isPublic: "Il replay è pubblico.",
  published: "Il replay è pubblico",
  withdrawn: "Il replay è stato ritirato",
  saved: "La registrazione è salvata",
};
