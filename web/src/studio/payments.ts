/**
 * What everybody in the studio has to know of the shop's payments: nothing is sold, or not really.
 *
 * Asked for every minute, as often as the server itself asks the provider again.
 */
import { signal } from "@preact/signals";
import type { PaymentAccount } from "../lib/types";
import * as api from "./api";

const ASK_MS = 60_000;

/** How the money is taken, as far as it was asked, or null. */
export const payments = signal<PaymentAccount | null>(null);

/** Keeps asking while somebody is looking; returns the end of it. */
export function watchPayments(): () => void {
  const ask = async () => {
    if (document.hidden) return;
    try {
      payments.value = await api.getPaymentAccount();
    } catch {
      // What was known stays; the next minute asks again.
    }
  };
  void ask();
  const timer = setInterval(ask, ASK_MS);
  return () => clearInterval(timer);
}
