/** Why a purchase was refused, with what the page knows beyond the code. */
import type { ApiProblem } from "../../lib/problem";
import { problemText } from "../../ui/lang";
import { isAboutDelivery } from "../store/checkout";
import { texts } from "../texts";

export function purchaseText(problem: ApiProblem): string {
  return isAboutDelivery(problem) ? texts.value.deliveryChanged : problemText(problem);
}
