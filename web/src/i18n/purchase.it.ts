/** Italian texts of the way from a product to its payment. */
import { plural } from "../lib/i18n";
import type { PurchaseTexts } from "./purchase.en";

export const purchaseIt: PurchaseTexts = {
  addToBag: "Al carrello",
  inBag: (n) => plural(n, "Nel carrello: 1 pezzo", `Nel carrello: ${n} pezzi`),
  bagFull: "Il carrello è pieno: contiene al massimo 20 prodotti diversi.",
  putBack: "Rimetti nel carrello",
  deliveryChanged: "Il negozio ha appena cambiato le spedizioni. Ricontrolla e riprova.",
  priceNow: (price) => `Il prezzo è cambiato: ora un pezzo costa ${price}.`,
  offerUnits: (n) =>
    plural(n, "Al prezzo dell’offerta puoi averne 1.", `Al prezzo dell’offerta puoi averne ${n}.`),
  offerOver: (price) => `L’offerta è finita. Il prezzo è di nuovo ${price}.`,
  checkout: "Il tuo acquisto",
  heldUntil: (time) => `Riservato per te fino alle ${time}`,
  timeLeft: "Tempo rimasto",
  total: "Totale",
  plusShipping: "più la spedizione, scelta al pagamento",
  shippingAndDiscounts: "Spedizione e sconti",
  pay: (price) => `Paga ${price}`,
  payHint: "Il pagamento si apre in una nuova scheda; qui la diretta continua.",
  payTestHint: "Pagamento di prova: si apre in una nuova scheda, nessun denaro vero.",
  queue: (n) =>
    plural(
      n,
      "1 persona prima di te; i tuoi pezzi sono riservati.",
      `${n} persone prima di te; i tuoi pezzi sono riservati.`,
    ),
  queueSpoken: (n) => `Al massimo ${n} persone prima di te; i tuoi pezzi sono riservati.`,
  payForm: "Pagamento",
  payFormFailed: "Il pagamento non si può mostrare qui. Non è stato addebitato nulla.",
  payElsewhere: "Paga in una nuova scheda",
  preparingPayment: "Preparo il pagamento…",
  release: "Annulla la prenotazione",
  releasing: "Annullo…",
  backToShow: "Torna alla diretta",
  processingText: "La banca lo sta confermando. Puoi chiudere: l’ordine è al sicuro.",
  paidTitle: "Grazie!",
  paidText: (number) => `L’ordine n. ${number} è pagato.`,
  paidTestText: (number) => `L’ordine di prova n. ${number} è andato a buon fine. Nessun addebito.`,
  orderPage: "La pagina del tuo ordine",
  paidMail: "Il negozio ha il tuo ordine e ora se ne occupa.",
  expiredTitle: "Tempo scaduto",
  expiringText: "Verifichiamo che non sia stato addebitato nulla…",
  expiredText: "La prenotazione è scaduta e non è stato addebitato nulla.",
  cancelledTitle: "Prenotazione annullata",
  cancelledText: "È di nuovo disponibile per gli altri e non è stato addebitato nulla.",
  failedPayTitle: "Il pagamento non è riuscito",
  failedPayText: "Non è stato addebitato nulla. Puoi riprovare.",
  refundTitle: "Ti restituiamo il denaro",
  refundDueText:
    "Il pagamento è arrivato a prenotazione scaduta. L’intero importo viene rimborsato.",
  refundedText: "L’intero importo è stato rimborsato.",
  checkoutGone:
    "Questo acquisto appartiene a un’altra scheda o a un altro dispositivo. Controlla lì o nella posta.",
  existingHeld: "Hai già questo riservato. Pagalo o annullalo, poi puoi comprare altro.",
  lineUnits: (units, title) => `${units} × ${title}`,
};
