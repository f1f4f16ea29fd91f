/** The last lines of the chat over the video; a tap opens the whole chat. */
import { texts } from "../texts";
import { ChatRow } from "./ChatRow";
import { OutgoingRow } from "./OutgoingRow";
import { Pinned } from "./Pinned";
import { type ChatView, LINES_MAX } from "./view";

export function ChatLines({ view, onOpen }: { view: ChatView; onOpen: () => void }) {
  const { rows, leftOut, pinned, outgoing, me, isOnline, actions } = view;
  const own = outgoing.slice(-LINES_MAX);
  const room = LINES_MAX - own.length;
  return (
    <>
      <Pinned message={pinned} />
      <div class="chat-lines">
        <button
          type="button"
          class="chat-lines-open"
          aria-label={texts.value.openChat}
          onClick={onOpen}
        />
        <ul>
          {room > 0 &&
            rows
              .slice(-room)
              .map((row) => (
                <ChatRow key={row.message_id} row={row} isMine={row.author.id === me.id} />
              ))}
          {own.map((message) => (
            <OutgoingRow
              key={message.message_id}
              message={message}
              name={me.name}
              isOnline={isOnline}
              onRetry={actions.retry}
              onDiscard={actions.discard}
            />
          ))}
          {leftOut > 0 && <li class="chat-crowded">{texts.value.chatCrowded(leftOut)}</li>}
        </ul>
      </div>
    </>
  );
}
