import { featuredProducts } from "../../lib/reduce";
import type { ShowView } from "../../lib/types";
import { Icon } from "../components/Icon";
import { Thumb } from "../components/Thumb";
import { priceText, stockText } from "../products/productTexts";
import { may } from "../session";
import { t } from "../texts";
import type { Host } from "./host";

/** Always under the thumb on a phone: what is on screen, next, hide. */
export function FixedBar({ host, show }: { host: Host; show: ShowView }) {
  const { live } = t();
  if (!may("shows")) return null;
  const [primary] = featuredProducts(show);
  return (
    <footer class="fixed-bar">
      {primary === undefined ? (
        <p class="fixed-bar__none">{live.nothingOnScreen}</p>
      ) : (
        <div class="fixed-bar__card">
          <Thumb image={primary.images[0]} />
          <span class="item__words">
            <span class="item__title">{primary.title}</span>
            <span class="item__meta numeric">
              {priceText(primary)} · {stockText(primary)}
            </span>
          </span>
        </div>
      )}
      <button
        type="button"
        class="button"
        aria-disabled={primary === undefined}
        onClick={() => host.hidePrimary()}
      >
        {live.hide}
      </button>
      <button type="button" class="button is-primary" onClick={() => host.pinNext()}>
        <Icon name="next" />
        {live.next}
      </button>
    </footer>
  );
}
