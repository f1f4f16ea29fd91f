import { useState } from "preact/hooks";
import type { ChatRow } from "../../lib/reduce";
import type { ShowView } from "../../lib/types";
import { Icon } from "../components/Icon";
import type { Live } from "../pages/LivePage";
import { ViewerPrivacy } from "../privacy/ViewerPrivacy";
import { t } from "../texts";
import { ChatComposer } from "./ChatComposer";
import { ChatLog } from "./ChatLog";
import { PeopleDialog } from "./PeopleDialog";
import { QuestionQueue } from "./questions/QuestionQueue";
import { words as deskWords } from "./questions/texts";
import { HeldMessages } from "./review/HeldMessages";
import { LockButton } from "./review/LockButton";
import { PinnedBar } from "./review/PinnedBar";
import { words as review } from "./review/texts";
import { SlowModeSelect } from "./SlowModeSelect";

const TABS = ["chat", "questions"] as const;

type Props = { live: Live; show: ShowView; chat: readonly ChatRow[] };

/** The chat as its moderator needs it, and the questions. */
export function ChatPane({ live, show, chat }: Props) {
  const words = t().chat;
  const questions = deskWords();
  const { desk } = live;
  const tab = desk.tab.value;
  const waiting = desk.open.value.length;
  const step = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const next = tab === "chat" ? "questions" : "chat";
    desk.show(next);
    document.getElementById(`chat-tab-${next}`)?.focus();
  };
  const [arePeopleShown, setPeopleShown] = useState(false);
  const members = live.store.members.value;
  const people = (members?.muted.length ?? 0) + (members?.banned.length ?? 0);
  return (
    <section class="pane pane--chat" id="pane-chat" aria-labelledby="pane-chat-title">
      <header class="pane__head">
        <h2 id="pane-chat-title" class="visually-hidden">
          {questions.panes}
        </h2>
        <div class="pane-switch" role="tablist" aria-label={questions.panes} onKeyDown={step}>
          {TABS.map((name) => (
            <button
              key={name}
              id={`chat-tab-${name}`}
              type="button"
              role="tab"
              aria-selected={tab === name}
              aria-controls="chat-tab-panel"
              tabIndex={tab === name ? 0 : -1}
              onClick={() => desk.show(name)}
            >
              {name === "chat" ? words.title : t().live.paneQuestions}
              {name === "questions" && waiting > 0 && (
                <span class="pane-switch__count numeric">{waiting}</span>
              )}
            </button>
          ))}
        </div>
        <button
          type="button"
          class="button is-small people-button"
          aria-label={`${words.people}: ${words.peopleCount(people)}`}
          title={words.people}
          onClick={() => setPeopleShown(true)}
        >
          <Icon name="people" />
          <span class="numeric">{people}</span>
        </button>
      </header>
      <div
        id="chat-tab-panel"
        class="pane__tab"
        role="tabpanel"
        aria-labelledby={`chat-tab-${tab}`}
      >
        {tab === "chat" ? (
          <>
            <div class="pane__bar">
              <SlowModeSelect host={live.host} secs={show.slow_mode_secs} />
              <LockButton host={live.host} isLocked={show.is_chat_locked} />
            </div>
            {show.is_chat_locked && <p class="chat-locked">{review().lockedNote}</p>}
            <HeldMessages held={members?.held ?? []} host={live.host} />
            {show.pinned_message && <PinnedBar message={show.pinned_message} host={live.host} />}
            <ChatLog live={live} chat={chat} />
            <ChatComposer chat={live.chat} status={show.status} />
          </>
        ) : (
          <QuestionQueue desk={desk} show={show} />
        )}
      </div>
      <PeopleDialog
        isOpen={arePeopleShown}
        members={members}
        host={live.host}
        onClose={() => setPeopleShown(false)}
      />
      <ViewerPrivacy
        viewer={live.host.dataFor.value}
        onClose={() => {
          live.host.dataFor.value = null;
        }}
      />
    </section>
  );
}
