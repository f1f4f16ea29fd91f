/** Puts a shop's colour on the page; through the CSSOM, because the policy forbids style attributes. */
import { brandColours } from "../lib/colour";

export function applyBrand(hex: string): void {
  const colours = brandColours(hex);
  if (!colours) return;
  const { style } = document.documentElement;
  style.setProperty("--brand", colours.fill);
  style.setProperty("--on-brand", colours.onFill);
  style.setProperty("--brand-ink-light", colours.inkOnLight);
  style.setProperty("--brand-ink-dark", colours.inkOnDark);
}
