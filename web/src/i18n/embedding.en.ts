/** English texts of shows on other sites in the studio; the type of the Italian ones. */
export const embeddingEn = {
  open: "Shows on your site",
  title: "Shows on your site",
  text: "Show a live sale inside your own shop: people pay here, or in your own bag.",
  sites: "Sites that may show it",
  sitesText: "Only pages of these sites may contain your shows. Without any, nobody may.",
  sitesLabel: "One site per line",
  sitesHint: "For example https://www.yourshop.com, without anything behind it.",
  refused: (site: string) => `This one is not accepted: ${site}`,
  saved: "Sites saved",
  noSites: "No site is listed yet, so the code below shows nothing anywhere.",
  snippet: "Code for your page",
  snippetText: "Copy this into the page where the show is to appear.",
  show: "Show",
  noShow: "Plan a show first; then its code stands here.",
  layout: "How it appears",
  layouts: {
    inline: "In the page",
    overlay: "Over the page, after a click",
    floating: "Small, in the corner",
  },
  language: "Language",
  cart: "Where people pay",
  carts: { checkout: "Here, in a new tab", shop: "In your site’s own bag" },
  cartText: "Your site needs a few lines of its own for this: docs/embed.md shows them.",
  code: "Code",
  copy: "Copy the code",
  copied: "Code copied",
};

export type EmbeddingTexts = typeof embeddingEn;
