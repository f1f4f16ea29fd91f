/** Says why a refund failed. */
import { textOf } from "../../lib/i18n";
import { t } from "../texts";

/** In words where the provider's code is known, else that it failed. */
export function failureText(code: string): string {
  const { refund } = t().orders;
  return textOf(refund.failures, code) ?? refund.failure;
}
