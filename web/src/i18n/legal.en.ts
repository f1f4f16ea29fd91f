/** Consumer law in the studio, in English: seller, terms, withdrawals, exemptions. */
import { plural } from "../lib/i18n";

export const legalEn = {
  open: "Seller and terms",
  title: "Seller and terms",
  text: "What buyers have to be told. It stands on public pages that every page and mail leads to.",
  missingTitle: "Buyers are not told everything yet",
  missingText: (gaps: string) => `Before you sell for real money, add: ${gaps}.`,
  uninformed:
    "Until name, address and email are there, buyers may withdraw for twelve months longer.",
  complete: "Everything that buyers have to be told is there. Have the texts checked once.",
  gaps: {
    name: "the seller’s name",
    address: "the address",
    vat_number: "the VAT number",
    email: "an email address",
    phone: "a telephone number",
    terms: "the terms of sale",
  },
  seller: "Who sells",
  name: "Name or company",
  address: "Address",
  addressHint: "Street, postcode and town, one below the other.",
  vatNumber: "VAT number",
  taxCode: "Italian tax code",
  rea: "Register of companies (REA)",
  pec: "Certified email (PEC)",
  email: "Email for buyers",
  phone: "Telephone for buyers",
  returns: "Withdrawal and returns",
  returnsText:
    "The instructions that the law asks for are written by themselves. Add what is special about your shop.",
  returnAddress: "Address for returns",
  returnAddressHint: "Empty: the address above.",
  buyerPays: "Buyers pay for sending goods back",
  buyerPaysHint: "They do only because the instructions say so before they buy.",
  terms: "Terms of sale",
  privacy: "Privacy notice",
  privacyText:
    "What Vetrina keeps is written by itself. Add what you do beyond that, such as a newsletter or your accountant.",
  inItalian: "In Italian",
  inEnglish: "In English",
  plainText: "Plain text; an empty line begins a new paragraph.",
  saved: "Seller and terms saved",
  pages: "The public pages",
  seePage: {
    seller: "Who sells",
    terms: "Terms of sale",
    withdrawal: "Right of withdrawal",
    privacy: "Privacy",
  },
  exemption: "Right of withdrawal",
  exemptionHint: "Buyers read an exemption before they buy; orders keep what they were told.",
  exemptions: {
    none: "14 days, as the law says",
    made_to_measure: "None: made to measure or personalised",
    perishable: "None: deteriorates or expires rapidly",
    sealed_hygiene: "Only while sealed: hygiene",
    sealed_media: "Only while sealed: audio, video or software",
  },
  withdrawals: "Withdrawals",
  received: (when: string, name: string) => `${when}, ${name}`,
  receiptTo: (email: string) => `Receipt also to ${email}`,
  owed: (amount: string) => `To be given back: ${amount}`,
  refundBy: (day: string) => `by ${day}`,
  overdue: "Overdue",
  settled: "Given back",
  waitForGoods:
    "You may wait for the goods or for proof that they were sent. Give the money back below.",
  deliveredOn: "Arrived on",
  deliveredHint:
    "The day of the last parcel begins the 14 days. While it is empty, buyers may withdraw at any time.",
  endsAt: (when: string) => `Buyers may withdraw until ${when}.`,
  deliveredSave: "Save the day",
  deliveredSaved: "Day of delivery saved",
  openTitle: (n: number) =>
    plural(n, "1 withdrawal waits for its money", `${n} withdrawals wait for their money`),
  overdueCount: (n: number) => plural(n, "1 is overdue", `${n} are overdue`),
};

export type LegalTexts = typeof legalEn;
