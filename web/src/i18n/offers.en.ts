/** English texts of offers as viewers see them; the type of the Italian ones. */
import { plural } from "../lib/i18n";

export const offersEn = {
  lowest: (days: number) =>
    plural(days, "Lowest price of the last day:", `Lowest price of the last ${days} days:`),
  endsIn: "Offer ends in",
  left: (n: number) => plural(n, "1 piece at this price", `${n} pieces at this price`),
  perBuyer: (n: number) => plural(n, "1 per buyer", `At most ${n} per buyer`),
  started: (title: string, price: string) => `Offer: ${title}, now ${price}`,
  over: (title: string) => `The offer is over: ${title}`,
};

export type OffersTexts = typeof offersEn;
