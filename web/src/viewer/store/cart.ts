/** The cart of the page around the show, as far as the sheets have to know it. */
import type { ReadonlySignal } from "@preact/signals";

export type ShopCart = {
  /** That page has been asked and has not answered. */
  isBusy: ReadonlySignal<boolean>;
  /** Why it did not take what it was asked for last, in words. */
  refusal: ReadonlySignal<string | null>;
  /** What the button says that adds a piece. */
  add(): string;
};
