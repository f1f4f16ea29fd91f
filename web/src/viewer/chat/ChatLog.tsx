/**
 * The whole chat as a list that follows its end, unless the reader scrolled up.
 *
 * A log by role, but not read out by itself: a busy chat would drown everything else.
 */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../ui/Icon";
import { texts } from "../texts";
import { ChatRow } from "./ChatRow";
import { OutgoingRow } from "./OutgoingRow";
import { Pinned } from "./Pinned";
import type { ChatView } from "./view";

/** Nearer to the end than this counts as being at the end. */
const END_PX = 48;

export function ChatLog({ rows, leftOut, pinned, outgoing, me, isOnline, actions }: ChatView) {
  const log = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const toEnd = () => log.current?.scrollTo({ top: log.current.scrollHeight });
  useLayoutEffect(() => {
    if (isFollowing) toEnd();
  }, [rows, outgoing, isFollowing]);
  const scrolled = () => {
    const box = log.current;
    if (box) setFollowing(box.scrollHeight - box.scrollTop - box.clientHeight < END_PX);
  };
  return (
    <div class="chat-log-frame">
      <Pinned message={pinned} />
      <div
        ref={log}
        class="chat-log"
        role="log"
        aria-live="off"
        aria-label={texts.value.chat}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard.
        tabIndex={0}
        onScroll={scrolled}
      >
        {leftOut > 0 && <p class="chat-crowded">{texts.value.chatCrowded(leftOut)}</p>}
        {rows.length + outgoing.length === 0 && <p class="empty">{texts.value.chatEmpty}</p>}
        <ul>
          {rows.map((row) => (
            <ChatRow key={row.message_id} row={row} isMine={row.author.id === me.id} />
          ))}
          {outgoing.map((message) => (
            <OutgoingRow
              key={message.message_id}
              message={message}
              name={me.name}
              isOnline={isOnline}
              onRetry={actions.retry}
              onDiscard={actions.discard}
            />
          ))}
        </ul>
      </div>
      {!isFollowing && (
        <button type="button" class="button is-small to-end" onClick={() => setFollowing(true)}>
          <Icon name="chevron" /> {texts.value.newMessages}
        </button>
      )}
    </div>
  );
}
