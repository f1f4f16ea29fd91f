import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ChatRow } from "../../lib/reduce";
import { Empty } from "../components/Empty";
import { Icon } from "../components/Icon";
import type { Live } from "../pages/LivePage";
import { t } from "../texts";
import { ChatMessage } from "./ChatMessage";
import { OutgoingMessage } from "./OutgoingMessage";

/** Nearer to the end than this counts as reading the newest. */
const END_PX = 48;

type Props = { live: Live; chat: readonly ChatRow[] };

/** The messages; stays at the newest unless the moderator reads further up. */
export function ChatLog({ live, chat }: Props) {
  const words = t().chat;
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [seenSeq, setSeenSeq] = useState(0);
  const { host } = live;
  const selectedId = host.selectedId.value;
  const outgoing = live.chat.outgoing.value;
  const lastSeq = chat.at(-1)?.seq ?? 0;

  const toEnd = () => list.current?.scrollTo({ top: list.current.scrollHeight });
  // Runs when something was added below, whichever list it was added to.
  useLayoutEffect(() => {
    if (!isAtEnd.current) return;
    toEnd();
    setSeenSeq(lastSeq);
  }, [lastSeq, outgoing.length]);
  useEffect(() => {
    if (selectedId === null) return;
    list.current?.querySelector("[data-selected]")?.scrollIntoView({ block: "nearest" });
  }, [selectedId]);
  const scrolled = () => {
    const element = list.current;
    if (element === null) return;
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < END_PX;
    if (isAtEnd.current) setSeenSeq(lastSeq);
  };
  const unseen = chat.filter((row) => row.seq > seenSeq).length;

  if (chat.length === 0 && outgoing.length === 0) {
    return (
      <div class="pane__scroll">
        <Empty icon="chat" title={words.emptyTitle} text={words.emptyText} />
      </div>
    );
  }
  return (
    <div class="chat-log">
      <div
        class="pane__scroll"
        ref={list}
        role="log"
        aria-live="off"
        aria-label={words.log}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reachable by keyboard.
        tabIndex={0}
        onScroll={scrolled}
      >
        <ol class="chat">
          {chat.map((row) => (
            <ChatMessage
              key={row.message_id}
              row={row}
              isSelected={row.message_id === selectedId}
              live={live}
            />
          ))}
          {outgoing.map((message) => (
            <OutgoingMessage key={message.message_id} message={message} chat={live.chat} />
          ))}
        </ol>
      </div>
      {unseen > 0 && !isAtEnd.current && (
        <button type="button" class="button is-small chat-log__newest" onClick={toEnd}>
          <Icon name="down" />
          {words.newBelow(unseen)}
        </button>
      )}
    </div>
  );
}
