/** English texts of making offers in the studio; the type of the Italian ones. */
import { plural } from "../lib/i18n";

export const offeringEn = {
  make: "Offer",
  makeLabel: (title: string) => `Make an offer for ${title}`,
  title: "New offer",
  below: (price: string, days: number) =>
    plural(
      days,
      `Below ${price}, the lowest price of the last day.`,
      `Below ${price}, the lowest price of the last ${days} days.`,
    ),
  why: "The law counts a reduction from that price. Viewers see it beside yours.",
  price: "Price per piece",
  minutes: "Minutes",
  pieces: "Pieces at this price",
  ending: "Fill in minutes, pieces or both: whatever comes first ends the offer.",
  cap: "Pieces per buyer",
  start: "Start the offer",
  starting: "Starting…",
  started: (title: string) => `Offer started: ${title}`,
  ended: (title: string) => `Offer ended: ${title}`,
  running: (price: string) => `Offer ${price}`,
  endsIn: "ends in",
  left: (n: number) => plural(n, "1 piece left", `${n} pieces left`),
  end: "End the offer",
  endLabel: (title: string) => `End the offer for ${title}`,
  again: (day: string) => `This price may be offered again from ${day} on. Choose a lower one.`,
};

export type OfferingTexts = typeof offeringEn;
