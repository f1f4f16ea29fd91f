/** The studio's payment settings in Italian; part of `studio.it.ts`. */
import type { Payments } from "./payments.en";

export const paymentsIt: Payments = {
  title: "Pagamenti",
  open: "Imposta i pagamenti",
  text: "Chi incassa da chi compra da te.",
  mode: { test: "Denaro di prova", live: "Soldi veri" },
  state: {
    sandbox: "Denaro di prova, integrato",
    test: "Denaro di prova con Stripe",
    live: "Soldi veri con Stripe",
    paused: "Vendita in pausa",
  },
  stateText: {
    sandbox:
      "La sandbox integrata fa la parte di chi incassa. Prova tutto: nessuna carta viene addebitata e non c’è nulla da spedire.",
    test: "Chi compra vede le pagine di Stripe e paga con le sue carte di prova. Nessuna carta viene addebitata.",
    live: "Le carte di chi compra vengono addebitate. Il denaro arriva sul tuo conto Stripe.",
    paused:
      "Nessuno può iniziare a pagare. Quello che è tenuto da parte per qualcuno resta da parte. Stripe viene interpellato di nuovo ogni minuto.",
  },
  pauseReasons: {
    key_refused: "Stripe non accetta più la chiave. Inseriscine una nuova o verifica di nuovo.",
    account_refused: "La chiave non può più agire per l’account collegato.",
  },
  pauseTitle: "Vendita in pausa",
  publicTitle: "Non si può ancora comprare davvero",
  publicText: "Il negozio è pubblico, ma i soldi sono di prova.",
  pauseAction: "Vedi perché",
  pausedSince: (at) => `da ${at}`,
  warnings: {
    sandbox_in_public:
      "Il tuo negozio è raggiungibile da tutti, ma i soldi sono di prova: non si può ancora comprare davvero.",
    key_unreadable:
      "La chiave salvata non si apre, perché il server è partito con un’altra chiave segreta. Avvialo con quella di prima o inserisci di nuovo la chiave di pagamento.",
  },
  source: "Chiavi",
  sources: {
    sandbox: "Non servono",
    installation: "Dalla configurazione del server",
    shop: "Del tuo negozio",
  },
  key: "Chiave",
  keyEnds: (hint) => `… ${hint}`,
  lastEvent: "Ultimo messaggio di Stripe",
  noEvent: "Ancora nessuno",
  account: "Account collegato",
  ownersOnly: "Solo i titolari possono cambiare il modo di incassare.",
  cannotStore:
    "Le chiavi non si possono ancora salvare: imposta VETRINA_SECRET_KEY sul server, uguale su ogni nodo, e riavvialo.",
  setUpTitle: "Incassa con Stripe",
  setUpText:
    "Fai prima tutti i passi con il denaro di prova. I soldi veri hanno chiavi proprie e cominciano solo quando lo dici tu.",
  whichMoney: "Quali soldi",
  stepOf: (n, of) => `Passo ${n} di ${of}`,
  done: "Fatto",
  keyStep: {
    title: "Inserisci la chiave",
    textTest: "Nella dashboard di Stripe passa alla modalità test, poi Sviluppatori → Chiavi API.",
    textLive: "Nella dashboard di Stripe esci dalla modalità test, poi Sviluppatori → Chiavi API.",
    advice:
      "L’ideale è una chiave con limitazioni che possa fare solo questo: scrivere Checkout Sessions, Refunds e Webhook Endpoints; leggere PaymentIntents ed Events.",
    label: "Chiave segreta o con limitazioni",
    placeholderTest: "rk_test_… o sk_test_…",
    placeholderLive: "rk_live_… o sk_live_…",
    hint: "Viene salvata sigillata e non si vede mai più.",
    connected: "Account collegato",
    connectedHint: "Solo se la chiave agisce per un altro account: acct_…",
    save: "Salva la chiave",
    stored: "Chiave salvata",
    replace: "Sostituisci",
    remove: "Togli",
    removeTitle: "Togliere queste chiavi?",
    removeTextTest: "Il negozio torna al modo di incassare del server.",
    removeTextLive: "Il negozio non incassa più soldi veri e torna in prova.",
    removed: "Chiavi tolte",
    kinds: { secret: "Chiave segreta", restricted: "Chiave con limitazioni" },
    needsHttps:
      "Le chiavi per i soldi veri si inseriscono quando il negozio si raggiunge in https.",
  },
  checkStep: {
    title: "Verifica",
    text: "Chiede a Stripe tutto quello che serve a una vendita. Non addebita e non crea nulla.",
    run: "Verifica ora",
    running: "Verifica in corso…",
    passed: "C’è tutto quello che serve a una vendita.",
    failed: (n) => (n === 1 ? "Manca una cosa." : `Mancano ${n} cose.`),
    passedAt: (at) => `Superata ${at}`,
    never: "Nessuna verifica superata finora.",
  },
  hookStep: {
    title: "Fatti avvisare da Stripe",
    text: "Quando qualcuno ha pagato, Stripe manda un messaggio firmato. Gli serve un indirizzo.",
    create: "Imposta su Stripe",
    creating: "Impostazione…",
    created: "Ora Stripe manda qui i suoi messaggi",
    again: "Imposta di nuovo",
    stored: "Il segreto di firma è salvato.",
    storedBoth: "Il segreto di firma è salvato; vale ancora anche quello precedente.",
    byHand: "Fallo a mano",
    byHandText:
      "Nella dashboard di Stripe aggiungi un endpoint con questo indirizzo, poi inserisci qui il suo segreto di firma.",
    address: "Indirizzo",
    secret: "Segreto di firma",
    save: "Salva il segreto",
    saved: "Segreto di firma salvato",
  },
  tryStep: {
    title: "Fai un acquisto di prova",
    text: "Apri il negozio, compra qualcosa in una diretta e paga con la carta 4242 4242 4242 4242, una data futura e un codice qualsiasi. L’ordine compare tra gli ordini, segnato come prova.",
    open: "Apri il negozio",
    orders: "Vedi gli ordini",
    heard: (at) => `L’ultimo messaggio di Stripe è arrivato ${at}.`,
  },
  liveStep: {
    title: "Incassa soldi veri",
    text: "Da quel momento le carte di chi compra vengono addebitate. Gli ordini di prova restano prove e i pezzi tenuti da parte per loro tornano liberi.",
    obstaclesTitle: "Manca ancora:",
    obstacles: {
      not_https: "Un indirizzo che inizia con https.",
      no_live_key: "La chiave per i soldi veri (passo 1).",
      not_checked: "Una verifica senza errori (passo 2).",
      no_webhook_secret: "I messaggi di Stripe (passo 3).",
    },
    understand: "Ho capito che chi compra pagherà con soldi veri.",
    go: "Incassa soldi veri da adesso",
    isLive: "Il tuo negozio incassa soldi veri.",
    done: "Ora il tuo negozio incassa soldi veri",
  },
  checks: {
    key: "Chiave",
    accepted: "Accettata da Stripe",
    checkout_sessions: "Può aprire pagamenti",
    refunds: "Può rimborsare",
    payment_intents: "Può leggere i pagamenti",
    events: "Può leggere gli eventi",
    charges: "L’account può addebitare carte",
    currency: "Valuta",
    webhook_endpoint: "Indirizzo per i messaggi",
    webhook_events: "Arrivano tutti i messaggi",
    webhook_version: "Versione dei messaggi",
    webhook_secret: "Segreto di firma",
    last_event: "Ultimo messaggio",
  },
  outcomes: {
    ok: "A posto",
    warning: "Da guardare",
    failed: "Manca",
    skipped: "Non verificato",
  },
  findings: {
    fine: "A posto.",
    not_reached: "Viene dopo quello che manca qui sopra.",
    key_unreadable: "La chiave salvata non si apre. Inseriscila di nuovo.",
    key_refused:
      "Stripe non accetta questa chiave. Creane una nuova nella sua dashboard e inseriscila.",
    account_refused:
      "La chiave non può agire per l’account collegato. Collegalo di nuovo o correggi il suo id.",
    no_answer: "Stripe non ha risposto in tempo. Verifica di nuovo tra un minuto.",
    permission_missing:
      "Alla chiave manca questo permesso. Aggiungilo nella dashboard di Stripe: la chiave resta la stessa.",
    not_visible: "La chiave non può vederlo. Controlla nella dashboard di Stripe.",
    charges_disabled:
      "Stripe non lascia ancora addebitare a questo account. Rispondi alle domande aperte nella dashboard.",
    currency_unsupported: "L’account non può incassare nella valuta del negozio.",
    currency_converted:
      "L’account è in un’altra valuta: Stripe cambia il denaro e trattiene una commissione.",
    endpoint_missing: "Stripe non sa dove mandare i messaggi. Impostalo al passo 3.",
    endpoint_disabled: "L’endpoint è spento. Accendilo nella dashboard di Stripe.",
    events_missing: "L’endpoint tralascia dei messaggi. Impostalo di nuovo al passo 3.",
    version_differs:
      "L’endpoint scrive in un’altra versione. Funziona, ma impostalo di nuovo al passo 3.",
    secret_missing: "Il segreto di firma non è salvato qui. Impostalo al passo 3.",
    no_event_yet: "Ancora nessuno. Arriva con il primo acquisto.",
    signature_refused:
      "L’ultimo messaggio era firmato con un altro segreto. Inserisci di nuovo il segreto di firma dell’endpoint.",
  },
};
