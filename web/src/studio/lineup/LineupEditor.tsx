import { useSignal } from "@preact/signals";
import type { ProductView, ShowView } from "../../lib/types";
import * as api from "../api";
import { Empty } from "../components/Empty";
import { moved } from "../forms/lineup";
import { t } from "../texts";
import { performUndoable, tellProblem } from "../toaster";
import { LineupList } from "./LineupList";
import { ProductPicker } from "./ProductPicker";

type Props = { show: ShowView; onChanged: (show: ShowView) => void };

/** The lineup of a show; every change is saved at once. */
export function LineupEditor({ show, onChanged }: Props) {
  const { lineup: words } = t();
  // What the member sees moves at once; a refusal puts the server's order back.
  const wished = useSignal<readonly ProductView[] | null>(null);
  const announced = useSignal("");
  const lineup = wished.value ?? show.lineup;

  const put = async (next: readonly ProductView[]) => {
    wished.value = next;
    try {
      const saved = await api.putLineup(show.id, { product_ids: next.map(({ id }) => id) });
      onChanged(saved);
    } finally {
      if (wished.value === next) wished.value = null;
    }
  };
  const move = (from: number, to: number) => {
    const product = lineup[from];
    if (product === undefined || to < 0 || to >= lineup.length) return;
    announced.value = words.movedTo(product.title, to + 1, lineup.length);
    put(moved(lineup, from, to)).catch(tellProblem);
  };
  const remove = (product: ProductView) => {
    const before = lineup;
    const rest = lineup.filter(({ id }) => id !== product.id);
    void performUndoable(
      () => put(rest),
      words.removed(product.title),
      () => put(before),
    );
  };
  return (
    <section class="panel" aria-labelledby="lineup-title">
      <header class="panel__head">
        <h2 id="lineup-title" class="panel__title">
          {words.title}
        </h2>
        <span class="panel__count">{words.count(lineup.length)}</span>
      </header>
      <p class="panel__text">{words.text}</p>
      <ProductPicker
        chosen={new Set(lineup.map(({ id }) => id))}
        onAdd={(product) => put([...lineup, product]).catch(tellProblem)}
      />
      {lineup.length === 0 ? (
        <Empty icon="products" title={words.emptyTitle} text={words.emptyText} />
      ) : (
        <>
          <p class="field__hint">{words.dragHint}</p>
          <LineupList lineup={lineup} onMove={move} onRemove={remove} />
        </>
      )}
      <p class="visually-hidden" aria-live="polite">
        {announced.value}
      </p>
    </section>
  );
}
