/** The carriers that shops in Italy mostly use; any other name is written by hand. */
export const CARRIERS = [
  "Poste Italiane",
  "BRT",
  "GLS",
  "SDA",
  "DHL",
  "UPS",
  "FedEx",
  "InPost",
] as const;

export type CarrierChoice = "" | "other" | (typeof CARRIERS)[number];

/** The choice that stands for a stored name. */
export function choiceOf(carrier: string | null): CarrierChoice {
  if (carrier === null) return "";
  return CARRIERS.find((known) => known === carrier) ?? "other";
}

/** The name that a choice stands for; null for none. */
export function carrierOf(choice: CarrierChoice, written: string): string | null {
  const name = choice === "other" ? written.trim() : choice;
  return name === "" ? null : name;
}
