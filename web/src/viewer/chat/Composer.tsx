/** The foot of the chat: the box, the question for a name, or why writing is not possible. */
import type { ServerClock } from "../../lib/time";
import { formatTime } from "../../lib/time";
import type { You } from "../../lib/types";
import { lang, problemText } from "../../ui/lang";
import { tick } from "../../ui/tick";
import type { ChatStore } from "../store/chat";
import { texts } from "../texts";
import { ChatBox } from "./ChatBox";
import { NameForm } from "./NameForm";

type Props = {
  chat: ChatStore;
  you: You | null;
  clock: ServerClock;
  isBanned: boolean;
  isOpen: boolean;
  /** Only members write. */
  isLocked: boolean;
};

export function Composer({ chat, you, clock, isBanned, isOpen, isLocked }: Props) {
  tick.value;
  const text = texts.value;
  if (isBanned) return <p class="chat-shut">{text.bannedText}</p>;
  if (!isOpen) return <p class="chat-shut">{text.chatClosed}</p>;
  const mutedUntil = you?.muted_until ?? null;
  if (mutedUntil && clock.msUntil(mutedUntil) > 0) {
    return <p class="chat-shut">{text.mutedUntil(formatTime(mutedUntil, lang.value))}</p>;
  }
  if (chat.isNameAsked.value) {
    return (
      <NameForm problem={chat.nameProblem.value} onName={chat.setName} onCancel={chat.cancelName} />
    );
  }
  // Whoever is writing goes on: the text stays in the box until the chat is open again.
  const isShut = isLocked && you?.role === "viewer";
  return (
    <div class="chat-foot">
      {isShut && (
        <p class="chat-why" role="status">
          {problemText({ code: "chat_locked" })}
        </p>
      )}
      <ChatBox
        draft={chat.draft.value}
        readyAt={chat.readyAt.value}
        isShut={isShut}
        onDraft={chat.setDraft}
        onSubmit={chat.submit}
      />
    </div>
  );
}
