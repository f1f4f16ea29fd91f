/** Italian texts about delivery. */
import { plural } from "../lib/i18n";
import type { DeliveryTexts } from "./delivery.en";

export const deliveryIt: DeliveryTexts = {
  shipTo: "Spedire in",
  choose: "Scegli il paese",
  missing: "Prima indica dove spedire.",
  total: (price) => `Totale ${price}, IVA inclusa.`,
  totalFrom: (price) => `Totale da ${price}, IVA inclusa.`,
  nothing: "IVA inclusa, nessuna spesa di spedizione.",
  unknown: "IVA inclusa. La spedizione dipende dal paese.",
  price: (price) => `+ ${price} di spedizione`,
  priceTo: (price, country) => `+ ${price} di spedizione (${country})`,
  from: (price) => `+ spedizione da ${price}`,
  fromTo: (price, country) => `+ spedizione da ${price} (${country})`,
  free: "Spedizione gratuita",
  freeTo: (country) => `Spedizione gratuita (${country})`,
  freeFrom: (sum, missing) => `Gratuita da ${sum}: mancano ${missing}.`,
  days: (n) => plural(n, "1 giorno lavorativo", `${n} giorni lavorativi`),
  daysSpan: (least, most) => `da ${least} a ${most} giorni lavorativi`,
};
