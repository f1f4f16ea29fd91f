/** `/show/{slug}`: shows what the state of the show asks for. */
import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { isOpen, sells } from "../../lib/reduce";
import { applyBrand } from "../../ui/brand";
import { common, problemText } from "../../ui/lang";
import { FullNote } from "../storefront/FullNote";
import { texts } from "../texts";
import { Lobby } from "./Lobby";
import type { ShowModel } from "./model";
import { ReplaySlot } from "./ReplaySlot";
import { Stage } from "./Stage";

export function ShowPage({ model }: { model: ShowModel }) {
  const { show } = model;
  useEffect(() => void show.start(), [show]);
  useSignalEffect(() => {
    const state = show.state.value;
    if (!state) return;
    applyBrand(state.shop.brand_colour);
    document.title = `${state.show.title} · ${state.shop.name}`;
  });
  const load = show.load.value;
  const state = show.state.value;
  switch (load.kind) {
    case "loading":
      return <FullNote isBusy title={common.value.loading} />;
    case "missing":
      return (
        <FullNote title={texts.value.missingTitle} text={texts.value.missingText}>
          <a class="button is-primary" href="/">
            {texts.value.sameShop}
          </a>
        </FullNote>
      );
    case "failed":
      return (
        <FullNote title={texts.value.failedTitle} text={problemText(load.problem)}>
          <button type="button" class="button is-primary" onClick={() => void show.start()}>
            {common.value.retry}
          </button>
        </FullNote>
      );
    default:
      if (!state) return null;
      if (isOpen(state.show.status)) return <Stage model={model} state={state} />;
      return sells(state.show) ? (
        <ReplaySlot model={model} state={state} />
      ) : (
        <Lobby model={model} state={state} />
      );
  }
}
