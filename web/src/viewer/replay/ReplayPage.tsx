/** A show that is over, watched again: the recording, what was said and shown, and buying at today's prices. */
import { useEffect, useState } from "preact/hooks";
import { featuredProducts, type ShowState } from "../../lib/reduce";
import { LiveRegion } from "../../ui/Announcer";
import { common, problemText } from "../../ui/lang";
import { TestBanner } from "../../ui/TestBanner";
import type { ChatView } from "../chat/view";
import { isWide } from "../show/media";
import type { ShowModel } from "../show/model";
import { Notice } from "../show/Notice";
import { PanelsSlot } from "../show/PanelsSlot";
import { FullNote } from "../storefront/FullNote";
import { wishOf } from "./chapters";
import { ReplayScreen } from "./ReplayScreen";
import { type ReplaySheet, ReplaySheets } from "./ReplaySheets";
import { ReplaySide } from "./ReplaySide";
import { createReplayStore } from "./store";
import "./replay.css";
import { replayTexts } from "./texts";

type Props = { model: ShowModel; state: ShowState };

export function ReplayPage({ model, state }: Props) {
  const [store] = useState(() =>
    createReplayStore({
      api: model.api,
      player: model.player,
      now: model.show.state,
      first: state,
      wish: wishOf(location.search, location.hash),
    }),
  );
  const [sheet, setSheet] = useState<ReplaySheet>(null);
  useEffect(() => void store.load(), [store]);
  const problem = store.problem.value;
  if (problem) {
    return (
      <FullNote title={replayTexts.value.failedTitle} text={problemText(problem)}>
        <button type="button" class="button is-primary" onClick={() => void store.load()}>
          {common.value.retry}
        </button>
      </FullNote>
    );
  }
  if (!store.replay.value) return <FullNote isBusy title={replayTexts.value.loadingTitle} />;
  const chatView: ChatView = {
    rows: store.shown.value.chat,
    leftOut: 0,
    pinned: store.shown.value.show.pinned_message,
    outgoing: [],
    me: { id: null, name: "" },
    isOnline: true,
    actions: model.chat,
  };
  const parts = { model, state, store, chatView };
  const onScreen = featuredProducts({ ...state.show, featured: store.shown.value.show.featured });
  return (
    <div class="stage-page replay">
      {state.shop.is_test && <TestBanner />}
      <main class="stage" tabIndex={-1} data-focus-home>
        <h1 class="visually-hidden">{state.show.title}</h1>
        <ReplayScreen {...parts} onScreen={onScreen} onSheet={setSheet} />
        {isWide.value && <ReplaySide {...parts} />}
      </main>
      {!isWide.value && <ReplaySheets {...parts} open={sheet} onClose={() => setSheet(null)} />}
      <PanelsSlot model={model} state={state} chatView={chatView} />
      <LiveRegion text={model.announcer.text} />
      {model.notice.value && <Notice text={model.notice.value} />}
    </div>
  );
}
