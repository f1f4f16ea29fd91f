/** A show on air: the picture, the chat, the products, and how the connection is. */
import type { ShowState } from "../../lib/reduce";
import { LiveRegion } from "../../ui/Announcer";
import { TestBanner } from "../../ui/TestBanner";
import type { ChatView } from "../chat/view";
import { texts } from "../texts";
import { ConnectionBar } from "./ConnectionBar";
import { isWide } from "./media";
import type { ShowModel } from "./model";
import { Notice } from "./Notice";
import { PanelsSlot } from "./PanelsSlot";
import { Screen } from "./Screen";
import { Side } from "./Side";

export function Stage({ model, state }: { model: ShowModel; state: ShowState }) {
  const { show, chat } = model;
  const onScreen = show.onScreen.value ?? state;
  const status = show.status.value;
  const you = show.you.value;
  const isOnline = status.kind === "online";
  const outgoing = chat.outgoing.value;
  const chatView: ChatView = {
    rows: state.chat,
    leftOut: state.leftOut?.count ?? 0,
    pinned: state.show.pinned_message,
    outgoing,
    isOnline,
    me: { id: you?.viewer_id ?? you?.member_id ?? null, name: you?.name ?? texts.value.you },
    actions: chat,
  };
  const waiting = outgoing.filter((message) => !message.problem && !message.review).length;
  // Until the first welcome a moment of "connecting" is no news.
  const isBarShown = !isOnline && (you !== null || status.kind !== "connecting");
  const missed = show.missed.value;
  return (
    <div class="stage-page">
      {state.shop.is_test && <TestBanner />}
      {isBarShown && (
        <ConnectionBar
          status={status}
          waiting={waiting}
          onRetry={() => show.socket()?.retryNow()}
          onReload={() => location.reload()}
        />
      )}
      <main class="stage" tabIndex={-1} data-focus-home>
        <h1 class="visually-hidden">{state.show.title}</h1>
        <Screen model={model} state={onScreen} chatView={chatView} isWide={isWide.value} />
        {isWide.value && <Side model={model} state={onScreen} chatView={chatView} />}
      </main>
      <PanelsSlot model={model} state={state} chatView={chatView} />
      <LiveRegion text={model.announcer.text} />
      {missed > 0 && isOnline && (
        <Notice text={texts.value.missed(missed)} onDone={show.dismissMissed} />
      )}
      {model.notice.value && <Notice text={model.notice.value} />}
    </div>
  );
}
