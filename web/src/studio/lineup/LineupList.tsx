import type { ProductView } from "../../lib/types";
import { Icon } from "../components/Icon";
import { Thumb } from "../components/Thumb";
import { priceText, stockText } from "../products/productTexts";
import { t } from "../texts";
import { useDragOrder } from "./useDragOrder";

type Props = {
  lineup: readonly ProductView[];
  onMove: (from: number, to: number) => void;
  onRemove: (product: ProductView) => void;
};

/** The products in their order, each with the buttons that move it. */
export function LineupList({ lineup, onMove, onRemove }: Props) {
  const { lineup: words, common } = t();
  const dragRow = useDragOrder(onMove);
  return (
    <ol class="order-list">
      {lineup.map((product, index) => (
        <li key={product.id} class="order-row" {...dragRow(index)}>
          <span class="order-row__grip">
            <Icon name="grip" />
          </span>
          <span class="order-row__place numeric">{index + 1}</span>
          <Thumb image={product.images[0]} />
          <span class="order-row__words">
            <span class="order-row__title">{product.title}</span>
            <span class="order-row__meta numeric">
              {priceText(product)} · {stockText(product)}
            </span>
          </span>
          <span class="order-row__actions">
            <button
              type="button"
              class="icon-button"
              aria-label={words.upLabel(product.title)}
              aria-disabled={index === 0}
              onClick={() => onMove(index, index - 1)}
            >
              <Icon name="up" />
            </button>
            <button
              type="button"
              class="icon-button"
              aria-label={words.downLabel(product.title)}
              aria-disabled={index === lineup.length - 1}
              onClick={() => onMove(index, index + 1)}
            >
              <Icon name="down" />
            </button>
            <button
              type="button"
              class="icon-button"
              aria-label={words.removeLabel(product.title)}
              title={common.remove}
              onClick={() => onRemove(product)}
            >
              <Icon name="close" />
            </button>
          </span>
        </li>
      ))}
    </ol>
  );
}
