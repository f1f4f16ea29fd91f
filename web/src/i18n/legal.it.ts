/** Consumer law in the studio, in Italian. */
import { plural } from "../lib/i18n";
import type { LegalTexts } from "./legal.en";

export const legalIt: LegalTexts = {
  open: "Venditore e condizioni",
  title: "Venditore e condizioni",
  text: "Quello che gli acquirenti devono sapere. Sta su pagine pubbliche, raggiungibili da ogni pagina ed e-mail.",
  missingTitle: "Agli acquirenti manca ancora qualcosa",
  missingText: (gaps) => `Prima di vendere con denaro vero aggiungi: ${gaps}.`,
  uninformed:
    "Finché mancano nome, sede ed e-mail, gli acquirenti hanno dodici mesi in più per recedere.",
  complete: "C’è tutto quello che gli acquirenti devono sapere. Fai controllare i testi una volta.",
  gaps: {
    name: "il nome del venditore",
    address: "la sede",
    vat_number: "la partita IVA",
    email: "un indirizzo e-mail",
    phone: "un numero di telefono",
    terms: "le condizioni di vendita",
  },
  seller: "Chi vende",
  name: "Nome o ragione sociale",
  address: "Sede",
  addressHint: "Via, CAP e città, uno sotto l’altro.",
  vatNumber: "Partita IVA",
  taxCode: "Codice fiscale",
  rea: "Registro imprese / REA",
  pec: "PEC",
  email: "E-mail per gli acquirenti",
  phone: "Telefono per gli acquirenti",
  returns: "Recesso e resi",
  returnsText:
    "Le istruzioni richieste dalla legge si scrivono da sole. Aggiungi ciò che vale solo per il tuo negozio.",
  returnAddress: "Indirizzo per i resi",
  returnAddressHint: "Vuoto: la sede indicata sopra.",
  buyerPays: "La restituzione è a spese di chi compra",
  buyerPaysHint: "Vale perché le istruzioni lo dicono prima dell’acquisto.",
  terms: "Condizioni di vendita",
  privacy: "Informativa sulla privacy",
  privacyText:
    "Quello che Vetrina conserva è scritto da sé. Aggiungi ciò che fai in più, per esempio newsletter o commercialista.",
  inItalian: "In italiano",
  inEnglish: "In inglese",
  plainText: "Testo semplice; una riga vuota apre un nuovo paragrafo.",
  saved: "Venditore e condizioni salvati",
  pages: "Le pagine pubbliche",
  seePage: {
    seller: "Chi vende",
    terms: "Condizioni di vendita",
    withdrawal: "Diritto di recesso",
    privacy: "Privacy",
  },
  exemption: "Diritto di recesso",
  exemptionHint:
    "Chi compra legge l’esclusione prima dell’acquisto; gli ordini tengono ciò che è stato detto.",
  exemptions: {
    none: "14 giorni, come dice la legge",
    made_to_measure: "Escluso: su misura o personalizzato",
    perishable: "Escluso: si deteriora o scade rapidamente",
    sealed_hygiene: "Solo se ancora sigillato: igiene",
    sealed_media: "Solo se ancora sigillato: audio, video o software",
  },
  withdrawals: "Recessi",
  received: (when, name) => `${when}, ${name}`,
  receiptTo: (email) => `Ricevuta anche a ${email}`,
  owed: (amount) => `Da restituire: ${amount}`,
  refundBy: (day) => `entro il ${day}`,
  overdue: "In ritardo",
  settled: "Restituito",
  waitForGoods:
    "Puoi aspettare i beni o la prova che sono stati spediti. Il denaro si restituisce qui sotto.",
  deliveredOn: "Arrivato il",
  deliveredHint:
    "Dal giorno dell’ultimo pacco partono i 14 giorni. Finché è vuoto, chi ha comprato può recedere in qualsiasi momento.",
  endsAt: (when) => `Si può recedere fino al ${when}.`,
  deliveredSave: "Salva il giorno",
  deliveredSaved: "Giorno di consegna salvato",
  openTitle: (n) =>
    plural(n, "1 recesso aspetta il rimborso", `${n} recessi aspettano il rimborso`),
  overdueCount: (n) => plural(n, "1 è in ritardo", `${n} sono in ritardo`),
};
