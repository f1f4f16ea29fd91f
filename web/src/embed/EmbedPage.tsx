/** The show page in a frame; in a very small one only the picture, which opens the rest. */
import { signal } from "@preact/signals";
import type { ShowModel } from "../viewer/show/model";
import { ShowPage } from "../viewer/show/ShowPage";
import { embedTexts } from "./cart";

/** Below this width nothing but the picture can be read; the small floating frame is 168 wide. */
const small = matchMedia("(max-width: 15rem)");
const isSmall = signal(small.matches);
small.addEventListener("change", () => {
  isSmall.value = small.matches;
});

export function EmbedPage({ model, onOpen }: { model: ShowModel; onOpen: () => void }) {
  return (
    <>
      <div class="embed" inert={isSmall.value}>
        <ShowPage model={model} />
      </div>
      {isSmall.value && (
        <button
          type="button"
          class="embed-open"
          aria-label={embedTexts.value.openShow}
          onClick={onOpen}
        />
      )}
    </>
  );
}
