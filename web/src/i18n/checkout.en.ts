/** English texts of the checkout settings; the type of the Italian ones. */
export const checkoutEn = {
  title: "Checkout",
  text: "Where you deliver to and for how much, and what buyers are asked for when they pay.",
  open: "Shipping and checkout",
  zones: "Shipping",
  zonesText:
    "Countries of one zone share their prices. With several zones, buyers say where it goes before they buy; the page shows the price right there. Countries in no zone cannot be chosen.",
  noZones: "No shipping",
  noZonesText:
    "Buyers give no address, as for pick-up at the shop. Add a zone and the payment page asks for an address there.",
  addZone: "Add a zone",
  zone: (n: number) => `Zone ${n}`,
  removeZone: (n: number) => `Remove zone ${n}`,
  countries: "Countries of the zone",
  addCountry: "Add a country",
  chooseCountry: "Choose a country…",
  removeCountry: (name: string) => `Remove ${name}`,
  wholeUnion: "Add the whole EU",
  rates: "Ways to send a parcel",
  ratesText: "Prices include VAT; days are working days. Name and price are enough.",
  rate: (n: number) => `Way ${n}`,
  rateName: "Name that buyers read",
  rateNameFirst: "Standard",
  addRate: "Add another way",
  removeRate: (name: string) => `Remove ${name}`,
  price: (currency: string) => `Price (${currency})`,
  freeFrom: (currency: string) => `Free from (${currency})`,
  minDays: "Days, from",
  maxDays: "Days, to",
  askTitle: "On the payment page",
  phone: "Ask for a telephone number",
  phoneHint: "Couriers often want one. Buyers cannot pay without it.",
  promotions: "Take promotion codes",
  promotionsHint:
    "Shows a field for a code. The codes themselves are made in the Stripe dashboard, under Products, Coupons.",
  tax: "Let Stripe work out the tax",
  taxHint:
    "Only with Stripe Tax: it has to be active in the Stripe dashboard, with your address and registrations. Otherwise no payment page can be opened. The tax is part of your prices and is told on each order. Without this, your prices simply include VAT.",
  incomplete: "Something is missing or wrong above.",
  unsaved: "Not saved yet",
};

export type CheckoutTexts = typeof checkoutEn;
