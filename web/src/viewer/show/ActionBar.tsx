/** Heart, products, share. */
import { Icon } from "../../ui/Icon";
import { texts } from "../texts";

type Props = {
  products: number;
  /** On a wide screen the products have a tab of their own. */
  onBag: (() => void) | null;
  onHeart: () => void;
  onShare: () => void;
};

export function ActionBar({ products, onBag, onHeart, onShare }: Props) {
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
      {onBag && (
        <button
          type="button"
          class="icon-button glass bag-button"
          aria-label={text.bag(products)}
          onClick={onBag}
        >
          <Icon name="bag" />
          {products > 0 && (
            <span class="bag-count numeric" aria-hidden="true">
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
