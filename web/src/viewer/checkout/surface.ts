/** Where a purchase is paid: beside the video, or in a tab of its own where that cannot be. */
import type { CheckoutUi } from "../../lib/types";

/** Browsers inside other apps: their payment fields and redirects are known to fail in a frame. */
const IN_APP =
  /FBAN|FBAV|FB_IAB|Instagram|musical_ly|BytedanceWebview|TikTok|\bLine\/|WhatsApp|Snapchat|Pinterest|LinkedInApp|MicroMessenger|Telegram|; ?wv\)/i;

/** An iPhone's own browsers name Safari or themselves; a view inside another app names neither. */
const IOS_VIEW = /\b(?:iPhone|iPad|iPod)\b(?!.*\b(?:Safari|CriOS|FxiOS|EdgiOS)\/)/;

export function isInApp(userAgent: string): boolean {
  return IN_APP.test(userAgent) || IOS_VIEW.test(userAgent);
}

/** The page stands inside a page of another site. */
export function isFramed(): boolean {
  return window.parent !== window;
}

/** On another site's page the payment opens in a tab too, so that the address is the shop's own. */
export function wantedUi(): CheckoutUi {
  return isFramed() || isInApp(navigator.userAgent) ? "hosted" : "embedded";
}
