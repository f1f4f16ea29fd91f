import type { ComponentChildren } from "preact";
import type { ProductView } from "../../lib/types";
import { Icon } from "../components/Icon";
import { Thumb } from "../components/Thumb";
import type { DragRow } from "../lineup/useDragOrder";
import { priceText, stockText, stockTone } from "../products/productTexts";
import { may } from "../session";
import { t } from "../texts";

type Props = {
  product: ProductView;
  place: number;
  /** 0 is the large card, -1 not on screen. */
  pinnedPlace: number;
  isBusy: boolean;
  drag: DragRow;
  /** Its offer, or the way to one. */
  offer: ComponentChildren;
  onToggle: () => void;
};

export function LineupItem({ product, place, pinnedPlace, isBusy, drag, offer, onToggle }: Props) {
  const { live } = t();
  const isPinned = pinnedPlace >= 0;
  return (
    <li class={isPinned ? "item item--pinned" : "item"} {...drag}>
      <span class="item__place numeric" aria-hidden="true">
        {place}
      </span>
      <Thumb image={product.images[0]} />
      <span class="item__words">
        <span class="item__title">{product.title}</span>
        <span class="item__meta numeric">
          {priceText(product)}
          <span class={`stock stock--${stockTone(product)}`}>{stockText(product)}</span>
        </span>
        {offer}
      </span>
      {may("shows") && (
        <button
          type="button"
          class={isPinned ? "pin pin--on" : "pin"}
          aria-label={isPinned ? live.unpinLabel(product.title) : live.pinLabel(product.title)}
          aria-pressed={isPinned}
          aria-disabled={isBusy}
          onClick={onToggle}
        >
          <Icon name={isPinned ? "close" : "pin"} />
          <span>{isPinned ? live.unpin : live.pin}</span>
        </button>
      )}
      {isPinned && (
        <span class="item__flag">{pinnedPlace === 0 ? live.pinned : live.pinnedSecond}</span>
      )}
    </li>
  );
}
