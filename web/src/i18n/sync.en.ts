/** English texts of setting what is on screen in step with the picture. */
export const syncEn = {
  label: "When products appear",
  frameHint:
    "Viewers see the picture some seconds late, and the provider does not tell how many. Open your show on a phone, wave, and count until you see it. Prices, stock and sales never wait.",
  hlsHint:
    "Products appear when viewers see you show them. Move them if they are too early or too late. Prices, stock and sales never wait.",
  noneHint:
    "If your stream runs elsewhere and is late, products can wait for it. Prices, stock and sales never wait.",
  atOnce: "At once",
  inStep: "With the picture",
  later: (secs: string) => `${secs} s later`,
  earlier: (secs: string) => `${secs} s earlier`,
};

export type SyncTexts = typeof syncEn;
