/** What buyers are told of the seller and of their rights, in Italian. */
import type { RightsTexts } from "./rights.en";

export const rightsIt: RightsTexts = {
  nav: "Informazioni legali",
  seller: "Chi vende",
  terms: "Condizioni",
  withdrawal: "Diritto di recesso",
  privacy: "Privacy",
  exemptions: {
    made_to_measure: "Fatto su misura o personalizzato: non c’è diritto di recesso.",
    perishable: "Si deteriora o scade rapidamente: non c’è diritto di recesso.",
    sealed_hygiene: "Sigillato per igiene: una volta aperto non si può più restituire.",
    sealed_media: "Audio, video o software sigillato: una volta aperto non si può più restituire.",
  },
};
