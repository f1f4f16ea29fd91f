/** Where the pay button will be: how many get their payment page first, or that it is being made. */
import type { Checkout } from "../../lib/types";
import { spokenPlace } from "./queue";
import { purchaseTexts } from "./texts";

export function QueuePlace({ checkout }: { checkout: Checkout }) {
  const text = purchaseTexts.value;
  const place = checkout.queue_place ?? 0;
  if (checkout.status !== "reserved" || place === 0) {
    return (
      <p class="preparing" role="status">
        <span class="spinner" /> {text.preparingPayment}
      </p>
    );
  }
  const spoken = spokenPlace(place);
  return (
    <p class="preparing" role="status">
      <span class="spinner" />
      <span aria-hidden="true">{text.queue(place)}</span>
      <span class="visually-hidden">
        {spoken === place ? text.queue(place) : text.queueSpoken(spoken)}
      </span>
    </p>
  );
}
