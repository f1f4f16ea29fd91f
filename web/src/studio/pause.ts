/**
 * Whether selling is paused because the payment provider refuses the key.
 *
 * Asked for every minute, as often as the server itself asks the provider again.
 */
import { signal } from "@preact/signals";
import type { PaymentPause } from "../lib/types";
import * as api from "./api";

const ASK_MS = 60_000;

/** Why and since when nothing is sold, or null. */
export const pause = signal<PaymentPause | null>(null);

/** Keeps asking while somebody is looking; returns the end of it. */
export function watchPause(): () => void {
  const ask = async () => {
    if (document.hidden) return;
    try {
      pause.value = (await api.getPaymentAccount()).pause;
    } catch {
      // What was known stays; the next minute asks again.
    }
  };
  void ask();
  const timer = setInterval(ask, ASK_MS);
  return () => clearInterval(timer);
}
