import { expect, it } from "vitest";
import { deliveryEn } from "../../i18n/delivery.en";
import { deliveryIt } from "../../i18n/delivery.it";
import { shippingCost } from "../../lib/delivery";
import { eur, rate } from "../../lib/testing/builders";
import type { DeliveryZone } from "../../lib/types";
import { costTexts } from "./costTexts";

function said(zone: DeliveryZone, sum: number, place: string | null, lang: "it" | "en" = "en") {
  const subtotal = eur(sum);
  const cost = shippingCost(zone, subtotal);
  if (!cost) throw new Error("a zone has rates");
  const text = lang === "it" ? deliveryIt : deliveryEn;
  return costTexts({ zone, cost, place, subtotal, lang, text }).join(" ").replace(/\s/g, " ");
}

const ONE = {
  countries: ["IT"],
  rates: [rate({ free_from: eur(5000), min_days: 2, max_days: 4 })],
};
const TWO = { countries: ["DE"], rates: [rate({ max_days: 1 }), rate({ price: eur(900) })] };

const PICK_UP = { countries: ["IT"], rates: [rate(), rate({ price: eur(0) })] };

it.each([
  [said(PICK_UP, 100, "Italy"), "+ shipping to Italy from €0.00. Total from €1.00, VAT included."],
  [
    said(ONE, 3800, "Italy"),
    "+ €5.00 shipping to Italy, 2 to 4 working days. Free from €50.00: €12.00 to go. Total €43.00, VAT included.",
  ],
  [
    said(ONE, 5000, "Italy"),
    "Free shipping to Italy, 2 to 4 working days. Total €50.00, VAT included.",
  ],
  [said(ONE, 5000, null), "Free shipping, 2 to 4 working days. Total €50.00, VAT included."],
  [
    said(TWO, 100, "Germany"),
    "+ shipping to Germany from €5.00, 1 working day. Total from €6.00, VAT included.",
  ],
  [said(TWO, 100, null), "+ shipping from €5.00, 1 working day. Total from €6.00, VAT included."],
  [
    said(ONE, 3800, "Italia", "it"),
    "+ 5,00 € di spedizione (Italia), da 2 a 4 giorni lavorativi. Gratuita da 50,00 €: mancano 12,00 €. Totale 43,00 €, IVA inclusa.",
  ],
])("says %s", (found, expected) => {
  expect(found).toBe(expected);
});
