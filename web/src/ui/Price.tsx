/** A price in the reader's language. */
import { formatMoney } from "../lib/money";
import type { Money } from "../lib/types";
import { lang } from "./lang";

export function Price({ value }: { value: Money }) {
  return (
    <span class="price numeric">
      <strong>{formatMoney(value, lang.value)}</strong>
    </span>
  );
}
