/** Retention, export and erasure in the studio, in English. */
import { plural } from "../lib/i18n";

export const studioPrivacyEn = {
  retention: "How long it is kept",
  retentionText:
    "What is older is erased by itself, once an hour. The privacy page tells these periods. Bans last 30 days, paid orders stay for ten years.",
  chatDays: "Names, messages and questions",
  chatDaysHint: "Days, 7 to 1,095. After that the replay goes on without what viewers wrote.",
  addressDays: "Keyed hash of the network address",
  addressDaysHint: "Days after the last message, 1 to 90. It lets a ban hold for who comes back.",
  unpaidDays: "Who began an order that was never paid",
  unpaidDaysHint: "Days, 7 to 365.",
  auditDays: "Which member did what",
  auditDaysHint: "Days, 90 to 3,650.",
  setPeriods: "Set the periods",
  retentionSaved: "Periods saved",
  buyer: "The buyer’s data",
  buyerText:
    "For a buyer who asks for a copy or an erasure. Buyers can do both by themselves on the page of their order.",
  scopes: { order: "This order", buyer: "All orders with this e-mail address" },
  scope: "Which orders",
  viewer: (name: string) => `Data of ${name}`,
  viewerText: "For a viewer who asks for a copy or an erasure.",
  viewerLabel: (name: string) => `Data of ${name}: copy or erase`,
  viewerOpen: "Data",
  download: "Download a copy",
  file: { viewer: "viewer-data", buyer: "buyer-data" },
  erase: "Erase…",
  check: "Erase for good?",
  viewerGoes:
    "Name, messages and questions go, with the answers to them, in every show and replay of this shop. Votes and totals stay counted.",
  ordersStay: (n: number) =>
    plural(
      n,
      "One order is no longer tied to this viewer; its buyer is erased on the order.",
      `${n} orders are no longer tied to this viewer; their buyers are erased on the orders.`,
    ),
  buyerGoes:
    "E-mail address, telephone number, delivery address, tracking code and notes on refunds go. Nobody can write to this buyer any more.",
  buyerStays: (numbers: string, year: string) =>
    `${numbers}: stays in the books with name and country to the end of ${year} (art. 2220 of the Italian civil code).`,
  providerStays: "The payment provider keeps its own records.",
  banStays: (until: string) => `The ban stays until ${until}.`,
  cannotUndo: "This cannot be undone.",
  confirm: "Erase for good",
  erased: "Erased",
  erasedAt: (when: string) => `The buyer was erased ${when}.`,
  blocked: (number: string, reasons: string) => `Order ${number}: ${reasons}.`,
  blockedTitle: "First this has to end:",
  obstacles: {
    payment: "a payment is under way",
    delivery: "the goods are to be sent",
    refund: "a refund is under way",
    withdrawal: "a withdrawal waits for its money",
    dispute: "the buyer’s bank is deciding",
    review: "somebody has to look at it",
  },
};

export type StudioPrivacyTexts = typeof studioPrivacyEn;
