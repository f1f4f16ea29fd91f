/** English texts of the way from a product to its payment; the type of the Italian ones. */
import { plural } from "../lib/i18n";

export const purchaseEn = {
  addToBag: "Add to bag",
  inBag: (n: number) => plural(n, "In your bag: 1 piece", `In your bag: ${n} pieces`),
  bagFull: "Your bag is full: it holds 20 different things.",
  putBack: "Put back in the bag",
  deliveryChanged: "The shop has just changed where it delivers to. Look again and try once more.",
  priceNow: (price: string) => `The price has changed: a piece now costs ${price}.`,
  offerUnits: (n: number) =>
    plural(n, "At the offer’s price you can have 1.", `At the offer’s price you can have ${n}.`),
  offerOver: (price: string) => `The offer is over. The price is ${price} again.`,
  checkout: "Your purchase",
  heldUntil: (time: string) => `Reserved for you until ${time}`,
  timeLeft: "Time left",
  total: "Total",
  plusShipping: "plus shipping, chosen as you pay",
  shippingAndDiscounts: "Shipping and discounts",
  pay: (price: string) => `Pay ${price}`,
  payHint: "Payment opens in a new tab; the show goes on here.",
  payTestHint: "Test payment: opens in a new tab, no real money moves.",
  queue: (n: number) =>
    plural(
      n,
      "1 other before you; your pieces are held.",
      `${n} others before you; your pieces are held.`,
    ),
  queueSpoken: (n: number) => `At most ${n} others before you; your pieces are held.`,
  payForm: "Payment",
  payFormFailed: "The payment cannot be shown here. Nothing was charged.",
  payElsewhere: "Pay in a new tab",
  preparingPayment: "Preparing the payment…",
  release: "Cancel the reservation",
  releasing: "Cancelling…",
  backToShow: "Back to the show",
  processingText: "Your bank is confirming it. You can close this; your order is safe.",
  paidTitle: "Thank you!",
  paidText: (number: string) => `Order no. ${number} is paid.`,
  paidTestText: (number: string) => `Test order no. ${number} went through. No money moved.`,
  orderPage: "Your order’s page",
  paidMail: "The shop has your order and takes it from here.",
  expiredTitle: "Time is up",
  expiringText: "Making sure that nothing was charged…",
  expiredText: "The reservation lapsed and nothing was charged.",
  cancelledTitle: "Cancelled",
  cancelledText: "It is free for others again, and nothing was charged.",
  failedPayTitle: "The payment did not go through",
  failedPayText: "Nothing was charged. You can try once more.",
  refundTitle: "You get your money back",
  refundDueText:
    "The payment arrived after the reservation had lapsed. The full amount is being refunded.",
  refundedText: "The full amount was refunded.",
  checkoutGone: "This purchase belongs to another tab or device. Look there, or in your mail.",
  existingHeld: "You already have this reserved. Pay for it or cancel it, then you can buy more.",
  lineUnits: (units: number, title: string) => `${units} × ${title}`,
};

export type PurchaseTexts = typeof purchaseEn;
