/** A show that is not on air: announced, a draft, or over. */
import type { ShowState } from "../../lib/reduce";
import { formatDate, formatDateTime } from "../../lib/time";
import type { ProductView } from "../../lib/types";
import { Icon } from "../../ui/Icon";
import { lang } from "../../ui/lang";
import { HeldBar } from "../checkout/HeldBar";
import { Backdrop } from "../player/Player";
import { Picture } from "../products/Picture";
import { ProductPrice } from "../products/ProductPrice";
import { PageHead } from "../storefront/PageHead";
import { texts } from "../texts";
import { ShowCountdown } from "./Countdown";
import type { ShowModel } from "./model";
import { Notice } from "./Notice";
import { PanelsSlot } from "./PanelsSlot";

const NO_CHAT = { rows: [], leftOut: 0, pinned: null, outgoing: [], isOnline: true };

export function Lobby({ model, state }: { model: ShowModel; state: ShowState }) {
  const { shop, show } = state;
  const text = texts.value;
  // A reservation outlives the show that it was made in.
  const held = model.checkout.checkout.value;
  const chatView = { ...NO_CHAT, me: { id: null, name: "" }, actions: model.chat };
  return (
    <>
      <PageHead shop={shop} />
      <main class="lobby" tabIndex={-1} data-focus-home>
        <section class="lobby-hero">
          <div class="lobby-poster">
            <Backdrop poster={show.poster_url} />
          </div>
          <div class="lobby-text">
            <h1>{show.title}</h1>
            <LobbyState model={model} state={state} />
            {held && !model.checkout.isOpen.value && (
              <HeldBar checkout={held} clock={model.show.clock} onOpen={model.checkout.open} />
            )}
            {show.description && <p class="lobby-description">{show.description}</p>}
            <p class="lobby-actions">
              {show.status === "scheduled" && show.starts_at && (
                <button
                  type="button"
                  class="button is-primary"
                  onClick={() => show.starts_at && void model.addToCalendar(show, show.starts_at)}
                >
                  <Icon name="calendar" /> {text.addToCalendar}
                </button>
              )}
              {show.status === "ended" && (
                <a class="button is-primary" href="/">
                  {text.allShows}
                </a>
              )}
              <button type="button" class="button" onClick={model.share}>
                <Icon name="share" /> {text.share}
              </button>
            </p>
          </div>
        </section>
        {show.lineup.length > 0 && (
          <section class="teasers">
            <h2>{text.inThisShow}</h2>
            <Teasers products={show.lineup} onOpen={model.openProduct} />
          </section>
        )}
      </main>
      <PanelsSlot model={model} state={state} chatView={chatView} />
      {model.notice.value && <Notice text={model.notice.value} />}
    </>
  );
}

function LobbyState({ model, state }: { model: ShowModel; state: ShowState }) {
  const { show } = state;
  const text = texts.value;
  if (show.status === "ended") {
    return (
      <div role="status">
        <p class="lobby-state">{text.endedTitle}</p>
        {show.ended_at && (
          <p class="hint">
            {text.tookPlace(formatDate(show.started_at ?? show.ended_at, lang.value))}
          </p>
        )}
        <p>{text.endedText}</p>
      </div>
    );
  }
  if (show.status === "draft") {
    return (
      <div>
        <p class="lobby-state">{text.draftTitle}</p>
        <p class="hint">{text.draftText}</p>
      </div>
    );
  }
  if (!show.starts_at) return <p class="lobby-state">{text.noDate}</p>;
  return (
    <>
      <p class="lobby-date">{formatDateTime(show.starts_at, lang.value)}</p>
      <ShowCountdown until={show.starts_at} clock={model.show.clock} />
    </>
  );
}

type TeasersProps = { products: ProductView[]; onOpen: (product: ProductView) => void };

function Teasers({ products, onOpen }: TeasersProps) {
  return (
    <ul class="teaser-grid">
      {products.map((product) => (
        <li key={product.id}>
          <button type="button" class="teaser" onClick={() => onOpen(product)}>
            <Picture image={product.images[0]} size="large" alt="" />
            <span class="product-title">{product.title}</span>
            <ProductPrice product={product} />
          </button>
        </li>
      ))}
    </ul>
  );
}
