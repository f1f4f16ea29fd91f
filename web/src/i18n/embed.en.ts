/** English texts of a show inside another site's page; the type of the Italian ones. */

export const embedEn = {
  add: "Add to bag",
  added: (title: string) => `${title} is in the bag`,
  noAnswer: "The site did not answer. Look into your bag there before you try again.",
  refused: "The site could not put this into your bag.",
  checkOut: "The site takes you to its checkout.",
  openShow: "Make the show larger",
};

export type EmbedTexts = typeof embedEn;
