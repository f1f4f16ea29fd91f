/** Heart, questions, products, share. */
import { Icon } from "../../ui/Icon";
import { texts } from "../texts";

type Props = {
  products: number;
  /** On a wide screen the products have a tab of their own. */
  onProducts: (() => void) | null;
  /** How many wait for an answer. */
  questions: number;
  onQuestions: () => void;
  onHeart: () => void;
  onShare: () => void;
};

export function ActionBar(props: Props) {
  const { products, questions, onProducts, onQuestions, onHeart, onShare } = props;
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
      <button
        type="button"
        class="icon-button glass questions-button"
        aria-label={text.questionsOf(questions)}
        onClick={onQuestions}
      >
        <Icon name="question" />
        {questions > 0 && (
          <span class="count-badge numeric" aria-hidden="true">
            {questions}
          </span>
        )}
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
