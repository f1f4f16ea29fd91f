/** English texts of the overlay; the type of the Italian ones. */
export const overlayEn = {
  name: "Product on screen",
  from: "from",
  scan: "Scan to buy",
  qrOf: (title: string) => `QR code that leads to ${title}`,
  available: "Available",
  guide: {
    connecting: "Connecting to the show…",
    offline: "No connection; it comes back by itself.",
    no_key:
      "The address lacks its key. Copy it again from the studio, with all that follows the #.",
    refused: "This key was revoked or is wrong. Make a new one in the studio.",
    no_show: "There is no such show at the moment. It appears here as soon as it is announced.",
    nothing: "Ready. Pin a product in the studio and it shows here.",
  },
};

export type OverlayTexts = typeof overlayEn;
