/** The pictures of a product, swiped or stepped through. */
import { useRef, useState } from "preact/hooks";
import type { ImageView } from "../../lib/types";
import { texts } from "../texts";
import { Picture } from "./Picture";

export function Gallery({ images, title }: { images: ImageView[]; title: string }) {
  const strip = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState(0);
  const text = texts.value;
  const scrolled = () => {
    const box = strip.current;
    if (box && box.clientWidth > 0) setAt(Math.round(box.scrollLeft / box.clientWidth));
  };
  const show = (index: number) =>
    strip.current?.scrollTo({ left: index * strip.current.clientWidth, behavior: "smooth" });
  if (images.length === 0) {
    return (
      <div class="gallery">
        <Picture image={undefined} size="large" />
      </div>
    );
  }
  return (
    <div class="gallery">
      <ul
        ref={strip}
        class="gallery-strip"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll the pictures.
        tabIndex={0}
        onScroll={scrolled}
      >
        {images.map((image) => (
          <li key={image.id}>
            <Picture image={image} size="large" alt={image.alt || title} />
          </li>
        ))}
      </ul>
      {images.length > 1 && (
        <div class="gallery-dots">
          {images.map((image, index) => (
            <button
              key={image.id}
              type="button"
              class="gallery-dot"
              aria-label={text.picture(index + 1, images.length)}
              aria-current={index === at}
              onClick={() => show(index)}
            />
          ))}
        </div>
      )}
    </div>
  );
}
