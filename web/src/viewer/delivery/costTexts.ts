/** What shipping costs, in sentences. */
import type { DeliveryTexts } from "../../i18n/delivery.en";
import { rateOf, type ShippingCost } from "../../lib/delivery";
import { formatMoney } from "../../lib/money";
import type { DeliveryZone, Money, ShippingRate } from "../../lib/types";

export type CostFacts = {
  zone: DeliveryZone;
  cost: ShippingCost;
  /** The country's name, where it is known. */
  place: string | null;
  subtotal: Money;
  lang: string;
  text: DeliveryTexts;
};

export function costTexts({ zone, cost, place, subtotal, lang, text }: CostFacts): string[] {
  const said = [sayPrice(cost, place, lang, text), sayDays(rateOf(zone, cost, subtotal), text)];
  const sentence = `${said.filter((part) => part !== "").join(", ")}.`;
  const free = cost.free;
  const sum = { ...subtotal, amount: subtotal.amount + cost.lowest.amount };
  const total = formatMoney(sum, lang);
  return [
    sentence,
    ...(free ? [text.freeFrom(formatMoney(free.from, lang), formatMoney(free.missing, lang))] : []),
    cost.isFrom ? text.totalFrom(total) : text.total(total),
  ];
}

function sayPrice(
  { lowest, isFrom }: ShippingCost,
  place: string | null,
  lang: string,
  text: DeliveryTexts,
): string {
  // A free pick-up beside a courier does not make the courier free.
  if (lowest.amount === 0 && !isFrom) return place === null ? text.free : text.freeTo(place);
  const price = formatMoney(lowest, lang);
  if (isFrom) return place === null ? text.from(price) : text.fromTo(price, place);
  return place === null ? text.price(price) : text.priceTo(price, place);
}

function sayDays(rate: ShippingRate | null, text: DeliveryTexts): string {
  const least = rate?.min_days ?? rate?.max_days ?? null;
  const most = rate?.max_days ?? rate?.min_days ?? null;
  if (least === null || most === null) return "";
  return least === most ? text.days(most) : text.daysSpan(least, most);
}
