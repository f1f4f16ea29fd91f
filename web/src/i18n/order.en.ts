/** English texts of the buyer's order page; the type of the Italian ones. */

export const orderEn = {
  title: (number: string) => `Order ${number}`,
  missingTitle: "This order is not here",
  missingText: "The address may be incomplete. Open the whole link from the mail.",
  failedTitle: "The order could not be loaded",
  testTitle: "Test order",
  testText: "No real money moved, and nothing is shipped.",
  /** What each state means, in plain words. */
  states: {
    reserved: {
      title: "Reserved for you",
      text: "The payment page is being prepared. This takes a moment.",
    },
    open: {
      title: "Waiting for your payment",
      text: "The items are set aside for you until the time is up.",
    },
    processing: {
      title: "Payment on its way",
      text: "Your bank is confirming it, which can take some days. The items stay yours meanwhile.",
    },
    releasing: {
      title: "The reservation is ending",
      text: "We are making sure that nothing is charged any more.",
    },
    paid: {
      title: "Paid, thank you!",
      text: "The shop has your order and is preparing it. You get a mail when it is sent.",
    },
    shipped: { title: "On its way", text: "The shop has sent your order." },
    expired: {
      title: "The time was up",
      text: "The reservation ended without a payment. Nothing was charged.",
    },
    failed: {
      title: "The payment failed",
      text: "Nothing was charged, and the items are free again.",
    },
    create_failed: {
      title: "The payment could not be started",
      text: "Nothing was charged, and the items are free again.",
    },
    refund_due: {
      title: "You get your money back",
      text: "The payment arrived after the items were gone. The full amount is being given back.",
    },
    refunded: {
      title: "Refunded",
      text: "The money went back. Depending on your bank it arrives within some days.",
    },
  },
  heldUntil: (time: string) => `Set aside until ${time}`,
  pay: "Order and pay",
  carrier: "Carrier",
  trackingCode: "Tracking code",
  shippedAt: "Sent",
  items: "Items",
  subtotal: "Subtotal",
  shipping: "Shipping",
  discount: "Discount",
  tax: "Tax included",
  refunded: "Given back",
  total: "Total, VAT included",
  ordered: (when: string) => `Ordered ${when}`,
  paid: (when: string) => `Paid ${when}`,
  questions: "Questions?",
  write: "Write to the shop",
  withdrawTitle: "Right of withdrawal",
  withdrawUntil: (when: string) => `You can withdraw from the contract until ${when}.`,
  withdrawAnyTime:
    "You can withdraw from the contract; the 14 days begin when the last parcel arrives.",
  withdrawHere: "Withdraw from contract here",
  withdrawn: (when: string) => `Withdrawal received ${when}`,
  refundBy: (amount: string, day: string) => `${amount} to be given back by ${day}`,
  refundDone: (amount: string) => `${amount} given back`,
  receipt: "See the receipt",
  legal: {
    nav: "Legal information",
    seller: "Who sells",
    terms: "Terms",
    withdrawal: "Right of withdrawal",
    privacy: "Privacy",
  },
  yourData: "Your data: download or erase",
  keep: "Keep this address: it leads back here. Whoever has it can see this order and your data: share it with nobody.",
};

export type OrderTexts = typeof orderEn;
