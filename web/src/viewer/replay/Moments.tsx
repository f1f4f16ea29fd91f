/** All products of the show with the moments at which they were on screen; a tap jumps there. */
import { availableUnits, type ShowState } from "../../lib/reduce";
import { formatSpan } from "../../lib/time";
import type { ProductView } from "../../lib/types";
import { Picture } from "../products/Picture";
import { ProductPrice } from "../products/ProductPrice";
import { Stock } from "../products/Stock";
import { texts } from "../texts";
import type { ReplayStore } from "./store";
import { replayTexts } from "./texts";

type Props = {
  state: ShowState;
  store: ReplayStore;
  onOpen: (product: ProductView) => void;
  /** After a jump the picture should be seen. */
  onJump?: () => void;
};

export function Moments({ state, store, onOpen, onJump }: Props) {
  const text = replayTexts.value;
  const { lineup } = state.show;
  if (lineup.length === 0) return <p class="empty">{texts.value.noProducts}</p>;
  const { featured } = store.shown.value.show;
  return (
    <>
      <p class="hint replay-hint">{text.todaysPrices}</p>
      <ul class="product-list">
        {lineup.map((product) => {
          const moments = store.chapters.value.filter(({ productId }) => productId === product.id);
          return (
            <li key={product.id} class="moment">
              <button type="button" class="product-row" onClick={() => onOpen(product)}>
                <Picture image={product.images[0]} size="small" alt="" />
                <span class="product-facts">
                  {featured.includes(product.id) && <span class="on-screen">{text.onScreen}</span>}
                  <span class="product-title">{product.title}</span>
                  <ProductPrice product={product} />
                  <Stock available={availableUnits(product)} />
                </span>
              </button>
              <span class="moment-jumps">
                {moments.length === 0 && store.isWhole.value && (
                  <span class="hint">{text.notShown}</span>
                )}
                {moments.map(({ secs, title }) => (
                  <button
                    key={secs}
                    type="button"
                    class="button is-small numeric"
                    aria-label={text.jumpTo(formatSpan(secs * 1000), title)}
                    onClick={() => {
                      store.media.seek(secs);
                      onJump?.();
                    }}
                  >
                    {text.shownAt(formatSpan(secs * 1000))}
                  </button>
                ))}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
