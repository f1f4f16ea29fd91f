import type { ImageView } from "../../lib/types";
import { Icon } from "./Icon";

/** A small picture, or its place; decorative, because the title stands beside it. */
export function Thumb({ image }: { image: ImageView | undefined }) {
  return (
    <span class="thumb">
      {image === undefined ? (
        <Icon name="image" />
      ) : (
        <img src={image.small_url} alt="" width={56} height={56} loading="lazy" />
      )}
    </span>
  );
}
