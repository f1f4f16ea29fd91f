import { featuredProducts } from "../../lib/reduce";
import type { ShowView } from "../../lib/types";
import { Icon } from "../components/Icon";
import { Thumb } from "../components/Thumb";
import { priceText, stockText } from "../products/productTexts";
import { may } from "../session";
import { t } from "../texts";
import type { Host } from "./host";

/** The products that viewers have on screen now, the large one first. */
export function OnScreen({ host, show }: { host: Host; show: ShowView }) {
  const { live } = t();
  const featured = featuredProducts(show);
  const next = host.nextProduct();
  return (
    <div class="on-screen">
      <header class="on-screen__head">
        <h2>{live.onScreen}</h2>
        {may("shows") && (
          <button
            type="button"
            class="button is-small"
            title={`${next === null ? live.nothingNext : live.nextLabel(next.title)} (N)`}
            aria-disabled={next === null}
            onClick={() => host.pinNext()}
          >
            <Icon name="next" />
            {live.next}
            <kbd>N</kbd>
          </button>
        )}
      </header>
      {featured.length === 0 ? (
        <p class="on-screen__none">{live.nothingOnScreen}</p>
      ) : (
        <ul class="on-screen__list">
          {featured.map((product, place) => (
            <li
              key={product.id}
              class={place === 0 ? "screen-card screen-card--first" : "screen-card"}
            >
              <Thumb image={product.images[0]} />
              <span class="screen-card__words">
                <span class="screen-card__title">{product.title}</span>
                <span class="screen-card__meta numeric">
                  {priceText(product)} · {stockText(product)}
                </span>
              </span>
              {may("shows") && (
                <button
                  type="button"
                  class="icon-button"
                  aria-label={live.hideLabel(product.title)}
                  title={place === 0 ? `${live.hide} (${t().keys.space})` : live.hide}
                  onClick={() => host.unpin(product.id)}
                >
                  <Icon name="close" />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
