/** Why a purchase was refused, with what the page knows beyond the code. */
import type { ApiProblem } from "../../lib/problem";
import { problemText } from "../../ui/lang";
import { purchaseTexts } from "../checkout/texts";
import { isAboutDelivery } from "../store/checkout";

export function purchaseText(problem: ApiProblem): string {
  return isAboutDelivery(problem) ? purchaseTexts.value.deliveryChanged : problemText(problem);
}
