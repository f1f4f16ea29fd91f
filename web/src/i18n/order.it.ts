/** I testi italiani della pagina dell'ordine. */
import type { OrderTexts } from "./order.en";

export const orderIt: OrderTexts = {
  title: (number) => `Ordine ${number}`,
  missingTitle: "Questo ordine non c’è",
  missingText: "Forse l’indirizzo è incompleto. Apri il link intero della mail.",
  failedTitle: "Non è stato possibile caricare l’ordine",
  testTitle: "Ordine di prova",
  testText: "Nessun denaro vero è stato mosso e non viene spedito nulla.",
  states: {
    reserved: {
      title: "Riservato per te",
      text: "Stiamo preparando la pagina di pagamento. Ci vuole un attimo.",
    },
    open: {
      title: "In attesa del pagamento",
      text: "Gli articoli restano da parte per te fino allo scadere del tempo.",
    },
    processing: {
      title: "Pagamento in arrivo",
      text: "La tua banca lo sta confermando: può volerci qualche giorno. Intanto gli articoli restano tuoi.",
    },
    releasing: {
      title: "La prenotazione sta finendo",
      text: "Ci stiamo assicurando che non venga più addebitato nulla.",
    },
    paid: {
      title: "Pagato, grazie!",
      text: "Il negozio ha ricevuto l’ordine e lo sta preparando. Riceverai una mail quando parte.",
    },
    shipped: { title: "In viaggio", text: "Il negozio ha spedito il tuo ordine." },
    expired: {
      title: "Il tempo è scaduto",
      text: "La prenotazione è finita senza pagamento. Non è stato addebitato nulla.",
    },
    failed: {
      title: "Il pagamento non è riuscito",
      text: "Non è stato addebitato nulla e gli articoli sono di nuovo liberi.",
    },
    create_failed: {
      title: "Il pagamento non è potuto iniziare",
      text: "Non è stato addebitato nulla e gli articoli sono di nuovo liberi.",
    },
    refund_due: {
      title: "Ti restituiamo il denaro",
      text: "Il pagamento è arrivato quando gli articoli non c’erano più. L’intero importo viene restituito.",
    },
    refunded: {
      title: "Rimborsato",
      text: "Il denaro è stato restituito. A seconda della banca arriva entro qualche giorno.",
    },
  },
  heldUntil: (time) => `Da parte fino alle ${time}`,
  pay: "Ordina e paga",
  carrier: "Corriere",
  trackingCode: "Codice di tracciamento",
  shippedAt: "Spedito",
  items: "Articoli",
  subtotal: "Subtotale",
  shipping: "Spedizione",
  discount: "Sconto",
  tax: "Imposta inclusa",
  refunded: "Rimborsato",
  total: "Totale, IVA inclusa",
  ordered: (when) => `Ordinato ${when}`,
  paid: (when) => `Pagato ${when}`,
  questions: "Domande?",
  write: "Scrivi al negozio",
  withdrawTitle: "Diritto di recesso",
  withdrawUntil: (when) => `Puoi recedere dal contratto fino al ${when}.`,
  withdrawAnyTime: "Puoi recedere dal contratto; i 14 giorni partono quando arriva l’ultimo pacco.",
  withdrawHere: "Recedi dal contratto qui",
  withdrawn: (when) => `Recesso ricevuto il ${when}`,
  refundBy: (amount, day) => `${amount} da rimborsare entro il ${day}`,
  refundDone: (amount) => `${amount} rimborsati`,
  receipt: "Vedi la ricevuta",
  legal: {
    nav: "Informazioni legali",
    seller: "Chi vende",
    terms: "Condizioni",
    withdrawal: "Diritto di recesso",
    privacy: "Privacy",
  },
  yourData: "I tuoi dati: scarica o cancella",
  keep: "Conserva questo indirizzo: riporta qui. Chi lo possiede può vedere l’ordine e i tuoi dati: non condividerlo.",
};
