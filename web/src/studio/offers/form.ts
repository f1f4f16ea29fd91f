/**
 * Maps what the host typed to an offer.
 *
 * Pure; pointers are those of the request, so that what the server refuses stands at the same fields.
 */
import { parseMoney } from "../../lib/money";
import type { NewOffer } from "../../lib/types";

export type OfferDraft = { price: string; minutes: string; pieces: string; cap: string };

/** Ten minutes are long enough to buy and short enough to be a reason to. */
export const EMPTY_OFFER: OfferDraft = { price: "", minutes: "10", pieces: "", cap: "" };

const MINUTES_MAX = 1_440;
const CAP_MAX = 10;

export function readOffer(
  draft: OfferDraft,
  productId: string,
  currency: string,
): { offer: NewOffer; errors: ReadonlyMap<string, string> } {
  const errors = new Map<string, string>();
  const price = parseMoney(draft.price, currency);
  if (!price?.amount) errors.set("/price", draft.price.trim() === "" ? "required" : "amount");
  const count = (text: string, max: number, pointer: string, code: string): number | null => {
    if (text.trim() === "") return null;
    const n = /^\d{1,9}$/.test(text.trim()) ? Number(text.trim()) : 0;
    if (n < 1 || n > max) errors.set(pointer, code);
    return n;
  };
  const minutes = count(draft.minutes, MINUTES_MAX, "/secs", "minutes");
  const units = count(draft.pieces, Number.MAX_SAFE_INTEGER, "/units", "pieces");
  const cap = count(draft.cap, CAP_MAX, "/units_per_buyer", "cap");
  if (minutes === null && units === null) errors.set("/secs", "required");
  const offer = {
    product_id: productId,
    price: price ?? { amount: 0, currency },
    secs: minutes === null ? null : minutes * 60,
    units,
    units_per_buyer: cap,
  };
  return { offer, errors };
}
