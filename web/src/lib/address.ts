/** Postal addresses as they are written on a parcel; missing parts leave no gap. */
import type { PostalAddress } from "./types";

/** Where the town comes first and the code closes the line. */
const CODE_LAST = new Set(["US", "CA", "AU"]);
/** Where the code has a line of its own. */
const CODE_BELOW = new Set(["GB", "IE"]);

/** The lines below the recipient's name; the country last, by its name. */
export function addressLines(address: PostalAddress, country: string | null): string[] {
  const { line1, line2 } = address;
  return [line1, line2, ...townLines(address), country].filter(isThere);
}

function townLines({ postal_code, city, state, country }: PostalAddress): (string | null)[] {
  if (country !== null && CODE_LAST.has(country)) {
    return [joined([city, joined([state, postal_code], " ")], ", ")];
  }
  if (country !== null && CODE_BELOW.has(country)) return [city, state, postal_code];
  return [joined([postal_code, city, state], " ")];
}

function joined(parts: (string | null)[], between: string): string | null {
  const there = parts.filter(isThere);
  return there.length === 0 ? null : there.join(between);
}

function isThere(part: string | null): part is string {
  return part !== null && part.trim() !== "";
}
