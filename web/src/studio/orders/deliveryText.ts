/** An order's delivery as lines of text, for the page, the packing list and the clipboard. */
import { addressLines } from "../../lib/address";
import type { Order } from "../../lib/types";
import { countryName } from "../../ui/country";

/** Recipient, address, telephone; null where nothing is delivered or nothing is known yet. */
export type DeliveryText = { name: string | null; address: string[]; phone: string | null };

export function deliveryText(
  { delivery, buyer }: Pick<Order, "delivery" | "buyer">,
  lang: string,
): DeliveryText | null {
  if (delivery === null) return null;
  const { country } = delivery.address;
  const named = country === null ? null : countryName(country, lang);
  return {
    name: delivery.name ?? buyer?.name ?? null,
    address: addressLines(delivery.address, named),
    phone: buyer?.phone ?? null,
  };
}

/** All of it, as it is pasted into a courier's form. */
export function asPlainText({ name, address, phone }: DeliveryText): string {
  return [name, ...address, phone].filter((line) => line !== null).join("\n");
}
