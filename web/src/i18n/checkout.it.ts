/** Italian texts of the checkout settings. */
import type { CheckoutTexts } from "./checkout.en";

export const checkoutIt: CheckoutTexts = {
  title: "Cassa",
  text: "Dove spedisci e a che prezzo, e che cosa si chiede agli acquirenti quando pagano.",
  open: "Spedizione e cassa",
  zones: "Spedizione",
  zonesText:
    "I paesi di una zona hanno gli stessi prezzi. Con più zone gli acquirenti indicano dove spedire prima di comprare e la pagina mostra subito il prezzo. I paesi fuori da ogni zona non si possono scegliere.",
  noZones: "Nessuna spedizione",
  noZonesText:
    "Gli acquirenti non danno un indirizzo, come per il ritiro in negozio. Aggiungi una zona e la pagina di pagamento chiederà un indirizzo in quei paesi.",
  addZone: "Aggiungi una zona",
  zone: (n) => `Zona ${n}`,
  removeZone: (n) => `Elimina la zona ${n}`,
  countries: "Paesi della zona",
  addCountry: "Aggiungi un paese",
  chooseCountry: "Scegli un paese…",
  removeCountry: (name) => `Togli ${name}`,
  wholeUnion: "Aggiungi tutta l’UE",
  rates: "Modi di spedire",
  ratesText: "Prezzi IVA inclusa; i giorni sono lavorativi. Bastano nome e prezzo.",
  rate: (n) => `Modo ${n}`,
  rateName: "Nome che legge l’acquirente",
  rateNameFirst: "Corriere",
  addRate: "Aggiungi un altro modo",
  removeRate: (name) => `Togli ${name}`,
  price: (currency) => `Prezzo (${currency})`,
  freeFrom: (currency) => `Gratis da (${currency})`,
  minDays: "Giorni, da",
  maxDays: "Giorni, a",
  askTitle: "Nella pagina di pagamento",
  phone: "Chiedi un numero di telefono",
  phoneHint: "Spesso serve al corriere. Senza, non si può pagare.",
  promotions: "Accetta codici promozionali",
  promotionsHint:
    "Mostra un campo per il codice. I codici si creano nella dashboard di Stripe, in Prodotti, Coupon.",
  tax: "Fai calcolare l’imposta a Stripe",
  taxHint:
    "Solo con Stripe Tax: deve essere attivo nella dashboard di Stripe, con il tuo indirizzo e le tue registrazioni. Altrimenti nessuna pagina di pagamento si apre. L’imposta è compresa nei tuoi prezzi ed è indicata in ogni ordine. Senza questa opzione i prezzi si intendono semplicemente IVA inclusa.",
  incomplete: "Qui sopra manca o non va qualcosa.",
  unsaved: "Non ancora salvato",
};
