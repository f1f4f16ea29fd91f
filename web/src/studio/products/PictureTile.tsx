import type { ImageView } from "../../lib/types";
import { Icon } from "../components/Icon";
import type { DragRow } from "../lineup/useDragOrder";
import { t } from "../texts";

type Props = {
  image: ImageView;
  place: number;
  total: number;
  drag: DragRow;
  onMove: (step: 1 | -1) => void;
  onDelete: () => void;
};

/** One picture with the buttons that move and delete it. */
export function PictureTile({ image, place, total, drag, onMove, onDelete }: Props) {
  const { product: words, common } = t();
  return (
    <li class="picture" {...drag}>
      <img
        src={image.small_url}
        alt={image.alt || words.pictureLabel(place, total)}
        width={image.width}
        height={image.height}
        draggable={false}
      />
      <div class="picture__actions">
        <button
          type="button"
          aria-label={words.pictureEarlier(place)}
          aria-disabled={place === 1}
          onClick={() => place > 1 && onMove(-1)}
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          class="picture__later"
          aria-label={words.pictureLater(place)}
          aria-disabled={place === total}
          onClick={() => place < total && onMove(1)}
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          aria-label={words.pictureDelete(place)}
          title={common.delete}
          onClick={onDelete}
        >
          <Icon name="trash" />
        </button>
      </div>
    </li>
  );
}
