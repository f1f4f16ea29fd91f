/** The bag below the list of products: how much is in it, and the way there. */
import { formatMoney } from "../../lib/money";
import { Icon } from "../../ui/Icon";
import { lang } from "../../ui/lang";
import type { BagStore } from "../store/bag";
import { texts } from "../texts";

type Props = { bag: BagStore; onOpen: () => void };

export function BagBar({ bag, onOpen }: Props) {
  const { units, subtotal } = bag.bag.value;
  return (
    <button type="button" class="button is-wide bag-bar" onClick={onOpen}>
      <Icon name="bag" />
      <span>{texts.value.bagOf(units)}</span>
      {subtotal && <strong class="numeric">{formatMoney(subtotal, lang.value)}</strong>}
    </button>
  );
}
