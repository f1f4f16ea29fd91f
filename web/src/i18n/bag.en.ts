/** English texts of the open bag, loaded with it; the type of the Italian ones. */
import { plural } from "../lib/i18n";

export const bagEn = {
  emptyTitle: "Your bag is empty",
  emptyText: "Gather what you like and pay for it in one go.",
  subtotal: "Subtotal",
  checkOut: (price: string) => `Check out · ${price}`,
  nothingLeft: "Nothing left to buy",
  remove: "Remove",
  removeLabel: (name: string) => `Remove: ${name}`,
  fewer: (n: number) => plural(n, "Only 1 is left", `Only ${n} are left`),
  priceChanged: (before: string, now: string) =>
    `The price changed from ${before} to ${now} since you put it in.`,
  gone: (n: number, names: string) =>
    plural(
      n,
      `No longer on sale, so it left your bag: ${names}.`,
      `No longer on sale, so they left your bag: ${names}.`,
    ),
  understood: "All right",
  goOnWithout: "Go on without it",
};

export type BagTexts = typeof bagEn;
