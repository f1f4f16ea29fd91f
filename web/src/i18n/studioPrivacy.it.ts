/** Retention, export and erasure in the studio, in Italian. */
import { plural } from "../lib/i18n";
import type { StudioPrivacyTexts } from "./studioPrivacy.en";

export const studioPrivacyIt: StudioPrivacyTexts = {
  retention: "Per quanto tempo si conserva",
  retentionText:
    "Ciò che è più vecchio viene cancellato da sé, una volta all’ora. La pagina sulla privacy riporta questi tempi. Le esclusioni durano 30 giorni, gli ordini pagati restano dieci anni.",
  chatDays: "Nomi, messaggi e domande",
  chatDaysHint: "Giorni, da 7 a 1.095. Dopo, la replica resta senza le parole di chi guardava.",
  addressDays: "Impronta dell’indirizzo di rete",
  addressDaysHint:
    "Giorni dopo l’ultimo messaggio, da 1 a 90. Serve perché un’esclusione valga per chi torna.",
  unpaidDays: "Chi ha iniziato un ordine mai pagato",
  unpaidDaysHint: "Giorni, da 7 a 365.",
  auditDays: "Quale membro ha fatto che cosa",
  auditDaysHint: "Giorni, da 90 a 3.650.",
  setPeriods: "Imposta i tempi",
  retentionSaved: "Tempi salvati",
  buyer: "I dati di chi ha comprato",
  buyerText:
    "Per chi chiede una copia o la cancellazione. Chi compra può fare entrambe le cose da sé, sulla pagina dell’ordine.",
  scopes: { order: "Questo ordine", buyer: "Tutti gli ordini con questo indirizzo e-mail" },
  scope: "Quali ordini",
  viewer: (name) => `I dati di ${name}`,
  viewerText: "Per chi guarda e chiede una copia o la cancellazione.",
  viewerLabel: (name) => `Dati di ${name}: copia o cancella`,
  viewerOpen: "Dati",
  download: "Scarica una copia",
  file: { viewer: "dati-spettatore", buyer: "dati-acquirente" },
  erase: "Cancella…",
  check: "Cancellare per sempre?",
  viewerGoes:
    "Spariscono nome, messaggi e domande, con le risposte, in ogni diretta e replica di questo negozio. Voti e totali restano contati.",
  ordersStay: (n) =>
    plural(
      n,
      "Un ordine non è più legato a questa persona; chi ha comprato si cancella dall’ordine.",
      `${n} ordini non sono più legati a questa persona; chi ha comprato si cancella dagli ordini.`,
    ),
  buyerGoes:
    "Spariscono e-mail, telefono, indirizzo di consegna, codice di spedizione e note sui rimborsi. Nessuno potrà più scrivere a questa persona.",
  buyerStays: (numbers, year) =>
    `${numbers}: resta nelle scritture con nome e paese fino alla fine del ${year} (art. 2220 del codice civile).`,
  providerStays: "Il fornitore del pagamento conserva i propri dati.",
  banStays: (until) => `L’esclusione resta fino al ${until}.`,
  cannotUndo: "Non si può annullare.",
  confirm: "Cancella per sempre",
  erased: "Cancellato",
  erasedAt: (when) => `I dati di chi ha comprato sono stati cancellati ${when}.`,
  blocked: (number, reasons) => `Ordine ${number}: ${reasons}.`,
  blockedTitle: "Prima deve finire questo:",
  obstacles: {
    payment: "un pagamento è in corso",
    delivery: "la merce deve ancora partire",
    refund: "un rimborso è in corso",
    withdrawal: "un recesso aspetta il rimborso",
    dispute: "la banca di chi ha comprato sta decidendo",
    review: "qualcuno deve controllarlo",
  },
};
