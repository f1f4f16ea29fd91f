/** English words for links that led elsewhere than where they were made for; the type of the Italian ones. */
export const arrivalEn = {
  title: "About your link",
  /** By the reason that the server puts into the address. */
  why: {
    link_unknown: "There is no such link. It may have been copied wrongly.",
    link_expired: "This link has expired.",
    link_withdrawn: "The shop has taken this link back.",
    show_gone: "The show of this link is no longer there.",
    product_gone: "The product of this link is no longer in the show.",
    sold_out: "The product of this link is sold out.",
  },
  toProduct: "See the product",
  toProducts: "See the other products",
  toShow: "Go to the show",
};

export type ArrivalTexts = typeof arrivalEn;
