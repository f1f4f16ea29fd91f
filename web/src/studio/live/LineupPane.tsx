import { useState } from "preact/hooks";
import { isOpen } from "../../lib/reduce";
import type { ShowView } from "../../lib/types";
import { Empty } from "../components/Empty";
import { Icon } from "../components/Icon";
import { Link } from "../components/Link";
import { SearchField } from "../components/SearchField";
import { useDragOrder } from "../lineup/useDragOrder";
import { OfferState } from "../offers/OfferState";
import type { Live } from "../pages/LivePage";
import { may } from "../session";
import { t } from "../texts";
import { LineupItem } from "./LineupItem";
import { SEARCH_ID } from "./useKeys";

/** The run of the show: every product with its number, and the button that puts it on screen. */
export function LineupPane({ live: page, show }: { live: Live; show: ShowView }) {
  const { live, lineup } = t();
  const { host, store } = page;
  const [search, setSearch] = useState("");
  const dragRow = useDragOrder((from, to) => void host.moveProduct(from, to));
  const wanted = search.toLowerCase();
  const isMatch = (title: string) => title.toLowerCase().includes(wanted);
  const hasMatch = show.lineup.some(({ title }) => isMatch(title));
  return (
    <section class="pane pane--lineup" id="pane-products" aria-labelledby="pane-lineup-title">
      <header class="pane__head">
        <h2 id="pane-lineup-title">{live.lineup}</h2>
        <span class="pane__count">{lineup.count(show.lineup.length)}</span>
        {may("shows") && (
          <Link to={{ page: "show-edit", id: show.id }} class="icon-button" label={live.editLineup}>
            <Icon name="edit" />
          </Link>
        )}
      </header>
      {show.lineup.length === 0 ? (
        <Empty icon="products" title={live.emptyTitle} text={live.emptyText}>
          {may("shows") && (
            <Link to={{ page: "show-edit", id: show.id }} class="button">
              {live.editLineup}
            </Link>
          )}
        </Empty>
      ) : (
        <>
          <div class="pane__search">
            <SearchField
              id={SEARCH_ID}
              label={live.search}
              placeholder={live.search}
              value={search}
              onSearch={setSearch}
            />
            {may("shows") && (
              <Link
                to={{ page: "show-edit", id: show.id }}
                class="icon-button is-narrow-only"
                label={live.editLineup}
              >
                <Icon name="edit" />
              </Link>
            )}
          </div>
          {!hasMatch && <p class="pane__none">{live.noMatch}</p>}
          <ol class="pane__scroll lineup">
            {show.lineup.map((product, index) =>
              isMatch(product.title) ? (
                <LineupItem
                  key={product.id}
                  product={product}
                  place={index + 1}
                  pinnedPlace={show.featured.indexOf(product.id)}
                  isBusy={host.pending.value.has(product.id)}
                  drag={dragRow(index)}
                  offer={
                    <OfferState
                      store={store}
                      product={product}
                      offer={show.offers.find(({ product_id }) => product_id === product.id)}
                      isSelling={isOpen(show.status)}
                      onMake={() => {
                        host.offerFor.value = product.id;
                      }}
                      onEnd={(offer) => host.endOffer(offer)}
                    />
                  }
                  onToggle={() => host.toggle(product.id)}
                />
              ) : null,
            )}
          </ol>
        </>
      )}
    </section>
  );
}
