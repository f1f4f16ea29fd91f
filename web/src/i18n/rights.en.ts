/** What buyers are told of the seller and of their rights, in English. */
export const rightsEn = {
  nav: "Legal information",
  seller: "Who sells",
  terms: "Terms",
  withdrawal: "Right of withdrawal",
  privacy: "Privacy",
  exemptions: {
    made_to_measure: "Made to measure or personalised: there is no right of withdrawal.",
    perishable: "Deteriorates or expires rapidly: there is no right of withdrawal.",
    sealed_hygiene: "Sealed for hygiene: once unsealed it cannot be given back.",
    sealed_media: "Sealed audio, video or software: once unsealed it cannot be given back.",
  },
};

export type RightsTexts = typeof rightsEn;
