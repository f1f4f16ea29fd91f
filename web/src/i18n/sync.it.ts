/** Italian texts of setting what is on screen in step with the picture. */
import type { SyncTexts } from "./sync.en";

export const syncIt: SyncTexts = {
  label: "Quando compaiono i prodotti",
  frameHint:
    "Chi guarda vede l’immagine con qualche secondo di ritardo, e la piattaforma non dice quanto. Apri la diretta sul telefono, saluta con la mano e conta finché ti vedi. Prezzi, disponibilità e vendite non aspettano mai.",
  hlsHint:
    "I prodotti compaiono quando chi guarda ti vede mostrarli. Spostali se arrivano troppo presto o troppo tardi. Prezzi, disponibilità e vendite non aspettano mai.",
  noneHint:
    "Se la tua diretta va in onda altrove e arriva in ritardo, i prodotti possono aspettarla. Prezzi, disponibilità e vendite non aspettano mai.",
  atOnce: "Subito",
  inStep: "Insieme all’immagine",
  later: (secs) => `${secs} s dopo`,
  earlier: (secs) => `${secs} s prima`,
};
