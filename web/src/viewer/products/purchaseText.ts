/** Why a purchase was refused, with what the page knows beyond the code. */

import { formatMoney } from "../../lib/money";
import type { ApiProblem } from "../../lib/problem";
import { lang, problemText } from "../../ui/lang";
import { purchaseTexts } from "../checkout/texts";
import { isAboutDelivery } from "../store/checkout";

export function purchaseText(problem: ApiProblem): string {
  const text = purchaseTexts.value;
  if (problem.price) {
    const now = text.priceNow(formatMoney(problem.price, lang.value));
    return problem.offerUnits > 0 ? `${now} ${text.offerUnits(problem.offerUnits)}` : now;
  }
  return isAboutDelivery(problem) ? text.deliveryChanged : problemText(problem);
}
