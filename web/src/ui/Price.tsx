/** A price in the reader's language, with the former one struck through beside it. */
import { formatMoney } from "../lib/money";
import type { Money } from "../lib/types";
import { common, lang } from "./lang";

type Props = { value: Money; compareAt?: Money | null };

export function Price({ value, compareAt = null }: Props) {
  const texts = common.value;
  return (
    <span class="price numeric">
      {compareAt && compareAt.amount > value.amount && (
        <>
          <span class="visually-hidden">{texts.formerPrice} </span>
          <s>{formatMoney(compareAt, lang.value)}</s>
          <span class="visually-hidden">, {texts.priceNow} </span>
        </>
      )}
      <strong>{formatMoney(value, lang.value)}</strong>
    </span>
  );
}
