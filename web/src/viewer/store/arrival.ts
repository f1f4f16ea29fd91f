/** How somebody came to a show: through which link, to which product, and why not further. */
import type { ProductView } from "../../lib/types";
import { readStored, writeStored } from "../../ui/storage";

/** The link of this tab; a reload keeps it, the next link takes its place. */
const STORED_AS = "vetrina.link";

export type Arrival = {
  /** URL part of the product. */
  product: string | null;
  variant: string | null;
  /** The product shall be ready to buy. */
  isReady: boolean;
  /** Why the link led here and not where it was made for; a newer server may know other reasons. */
  notice: string | null;
};

let code: string | null = null;

/** Reads the address, and keeps the link for what is bought in this tab. */
export function readArrival(search: string): Arrival {
  const query = new URLSearchParams(search);
  code = query.get("link") ?? readStored(STORED_AS, "session");
  if (code !== null) writeStored(STORED_AS, code, "session");
  return {
    product: query.get("product"),
    variant: query.get("variant"),
    isReady: query.has("buy"),
    notice: query.get("notice"),
  };
}

/** The link through which this tab came, for its purchases. */
export function linkCode(): string | null {
  return code;
}

/** The product that the address names, while the show has it. */
export function arrivedAt(
  { product }: Arrival,
  lineup: readonly ProductView[],
): ProductView | undefined {
  return product === null ? undefined : lineup.find(({ handle }) => handle === product);
}
