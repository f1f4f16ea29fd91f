/** What is said at each end of a purchase. */

import type { Checkout } from "../../lib/types";
import type { IconName } from "../../ui/Icon";
import type { PurchaseTexts } from "./texts";

export type Outcome = {
  tone: "good" | "bad" | "plain" | "busy";
  icon: IconName;
  title: string;
  text: string;
};

/** Null while it can still be paid. */
export function outcomeOf(
  checkout: Checkout,
  isGivenUp: boolean,
  text: PurchaseTexts,
): Outcome | null {
  switch (checkout.status) {
    case "reserved":
    case "open":
      return null;
    case "processing":
      return {
        tone: "busy",
        icon: "clock",
        title: text.processingTitle,
        text: text.processingText,
      };
    case "releasing":
      return isGivenUp
        ? { tone: "busy", icon: "clock", title: text.releasing, text: "" }
        : { tone: "busy", icon: "clock", title: text.expiredTitle, text: text.expiringText };
    case "paid":
    case "shipped": {
      const said = checkout.is_test ? text.paidTestText : text.paidText;
      return { tone: "good", icon: "check", title: text.paidTitle, text: said(checkout.number) };
    }
    case "expired":
      return isGivenUp
        ? { tone: "plain", icon: "check", title: text.cancelledTitle, text: text.cancelledText }
        : { tone: "plain", icon: "clock", title: text.expiredTitle, text: text.expiredText };
    case "failed":
    case "create_failed":
      return { tone: "bad", icon: "close", title: text.failedPayTitle, text: text.failedPayText };
    case "refund_due":
      return { tone: "plain", icon: "retry", title: text.refundTitle, text: text.refundDueText };
    case "refunded":
      return { tone: "plain", icon: "retry", title: text.refundTitle, text: text.refundedText };
    default:
      return unreachable(checkout.status);
  }
}

function unreachable(_status: never): null {
  return null;
}
