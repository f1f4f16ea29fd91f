import { useState } from "preact/hooks";
import type { ChatRow } from "../../lib/reduce";
import type { ShowView } from "../../lib/types";
import { Icon } from "../components/Icon";
import type { Live } from "../pages/LivePage";
import { t } from "../texts";
import { ChatComposer } from "./ChatComposer";
import { ChatLog } from "./ChatLog";
import { PeopleDialog } from "./PeopleDialog";
import { SlowModeSelect } from "./SlowModeSelect";

type Props = { live: Live; show: ShowView; chat: readonly ChatRow[] };

/** The chat as its moderator needs it. */
export function ChatPane({ live, show, chat }: Props) {
  const words = t().chat;
  const [arePeopleShown, setPeopleShown] = useState(false);
  const members = live.store.members.value;
  const people = (members?.muted.length ?? 0) + (members?.banned.length ?? 0);
  return (
    <section class="pane pane--chat" id="pane-chat" aria-labelledby="pane-chat-title">
      <header class="pane__head">
        <h2 id="pane-chat-title">{words.title}</h2>
        <SlowModeSelect host={live.host} secs={show.slow_mode_secs} />
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
      <ChatLog live={live} chat={chat} />
      <ChatComposer chat={live.chat} status={show.status} />
      <PeopleDialog
        isOpen={arePeopleShown}
        members={members}
        host={live.host}
        onClose={() => setPeopleShown(false)}
      />
    </section>
  );
}
