/** Heart, products, share. */
import { Icon } from "../../ui/Icon";
import { texts } from "../texts";

type Props = {
  products: number;
  /** On a wide screen the products have a tab of their own. */
  onProducts: (() => void) | null;
  onHeart: () => void;
  onShare: () => void;
};

export function ActionBar({ products, onProducts, onHeart, onShare }: Props) {
  const text = texts.value;
  return (
    <div class="actions">
      <button
        type="button"
        class="icon-button glass heart-button"
        aria-label={text.heart}
        onClick={onHeart}
      >
        <Icon name="heart" isFilled />
      </button>
      {onProducts && (
        <button
          type="button"
          class="icon-button glass products-button"
          aria-label={text.productsOf(products)}
          onClick={onProducts}
        >
          <Icon name="tag" />
          {products > 0 && (
            <span class="count-badge numeric" aria-hidden="true">
              {products}
            </span>
          )}
        </button>
      )}
      <button type="button" class="icon-button glass" aria-label={text.share} onClick={onShare}>
        <Icon name="share" />
      </button>
    </div>
  );
}
