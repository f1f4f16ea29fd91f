/** English texts about delivery, loaded when somebody is about to buy; the type of the Italian ones. */
import { plural } from "../lib/i18n";

export const deliveryEn = {
  shipTo: "Ship to",
  choose: "Choose a country",
  missing: "Say where it goes first.",
  total: (price: string) => `Total ${price}, VAT included.`,
  totalFrom: (price: string) => `Total from ${price}, VAT included.`,
  nothing: "VAT included, no shipping costs.",
  unknown: "VAT included. Shipping depends on the country.",
  price: (price: string) => `+ ${price} shipping`,
  priceTo: (price: string, country: string) => `+ ${price} shipping to ${country}`,
  from: (price: string) => `+ shipping from ${price}`,
  fromTo: (price: string, country: string) => `+ shipping to ${country} from ${price}`,
  free: "Free shipping",
  freeTo: (country: string) => `Free shipping to ${country}`,
  freeFrom: (sum: string, missing: string) => `Free from ${sum}: ${missing} to go.`,
  days: (n: number) => plural(n, "1 working day", `${n} working days`),
  daysSpan: (least: number, most: number) => `${least} to ${most} working days`,
};

export type DeliveryTexts = typeof deliveryEn;
