/** A product's picture in one of its two sizes, or a quiet stand-in. */
import type { ImageView } from "../../lib/types";
import { Icon } from "../../ui/Icon";

type Props = { image: ImageView | undefined; size: "small" | "large"; alt?: string };

export function Picture({ image, size, alt }: Props) {
  if (!image) {
    return (
      <span class="picture is-missing">
        <Icon name="bag" />
      </span>
    );
  }
  return (
    <img
      class="picture"
      src={size === "small" ? image.small_url : image.large_url}
      alt={alt ?? image.alt}
      loading="lazy"
      decoding="async"
    />
  );
}
