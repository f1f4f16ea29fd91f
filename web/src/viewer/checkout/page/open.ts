/**
 * Opens the payment page beside the video.
 *
 * The only place that knows what a payment page is made of.
 */
import type { EmbeddedCheckout } from "../../../lib/types";
import { frameSandbox } from "./sandbox";
import { openStripe } from "./stripe";

export type Opening = {
  /** Where it goes; nobody else writes in there. */
  place: HTMLElement;
  embedded: EmbeddedCheckout;
  lang: string;
  /** Names the frame to those who cannot see it. */
  title: string;
  /** The buyer is done; how it ended, the server knows. */
  onDone: () => void;
};

/** An open page; closing it takes everything of it away. */
export type OpenPage = { close(): void };

/** Opens the page that the checkout tells of; fails when it cannot be shown here. */
export function openPage(opening: Opening): Promise<OpenPage> {
  const { sandbox_url } = opening.embedded;
  return sandbox_url ? frameSandbox(opening, sandbox_url) : openStripe(opening);
}
