/** Italian texts of shows on other sites in the studio. */
import type { EmbeddingTexts } from "./embedding.en";

export const embeddingIt: EmbeddingTexts = {
  open: "Dirette sul tuo sito",
  title: "Dirette sul tuo sito",
  text: "Mostra una diretta dentro il tuo negozio online: si paga qui, oppure nel tuo carrello.",
  sites: "Siti che possono mostrarla",
  sitesText:
    "Solo le pagine di questi siti possono contenere le tue dirette. Senza nessun sito, nessuno può.",
  sitesLabel: "Un sito per riga",
  sitesHint: "Per esempio https://www.iltuonegozio.it, senza altro dopo.",
  refused: (site) => `Questo non va bene: ${site}`,
  saved: "Siti salvati",
  noSites:
    "Non c’è ancora nessun sito: per ora il codice qui sotto non mostra niente da nessuna parte.",
  snippet: "Codice per la tua pagina",
  snippetText: "Copialo nella pagina in cui vuoi far vedere la diretta.",
  show: "Diretta",
  noShow: "Prima programma una diretta; poi qui trovi il suo codice.",
  layout: "Come appare",
  layouts: {
    inline: "Nella pagina",
    overlay: "Sopra la pagina, dopo un clic",
    floating: "Piccola, nell’angolo",
  },
  language: "Lingua",
  cart: "Dove si paga",
  carts: { checkout: "Qui, in una nuova scheda", shop: "Nel carrello del tuo sito" },
  cartText: "Per questo il tuo sito ha bisogno di qualche riga sua: le trovi in docs/embed.md.",
  code: "Codice",
  copy: "Copia il codice",
  copied: "Codice copiato",
};
