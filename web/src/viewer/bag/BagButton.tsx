/** The way into the bag, there once something is in it. */
import { formatMoney } from "../../lib/money";
import { Icon } from "../../ui/Icon";
import { lang } from "../../ui/lang";
import type { BagStore } from "../store/bag";
import { texts } from "../texts";

type Props = { bag: BagStore; onOpen: () => void };

export function BagButton({ bag, onOpen }: Props) {
  if (bag.isEmpty.value) return null;
  const { units, subtotal } = bag.bag.value;
  const text = texts.value;
  const label = [text.bagOf(units), subtotal && formatMoney(subtotal, lang.value)];
  return (
    <button
      type="button"
      class="bag-button"
      aria-label={label.filter((part) => part !== null).join(", ")}
      onClick={onOpen}
    >
      <Icon name="bag" />
      <span class="numeric" aria-hidden="true">
        {units}
      </span>
    </button>
  );
}
