/** An own message that the server has not taken yet, or has refused. */
import { common, problemText } from "../../ui/lang";
import type { Outgoing } from "../store/chat";
import { texts } from "../texts";

type Props = {
  message: Outgoing;
  name: string;
  isOnline: boolean;
  onRetry: (id: string) => void;
  onDiscard: (id: string) => void;
};

export function OutgoingRow({ message, name, isOnline, onRetry, onDiscard }: Props) {
  const text = texts.value;
  const { problem, review } = message;
  return (
    <li class={problem || review === "refused" ? "chat-row is-refused" : "chat-row is-pending"}>
      <b class="chat-name is-mine">{name}</b> <span class="chat-text">{message.text}</span>
      {review && (
        <span class="chat-note" role="status">
          {review === "held" ? text.held : text.notShown}
          {review === "refused" && (
            <span class="chat-actions">
              <button
                type="button"
                class="text-button"
                onClick={() => onDiscard(message.message_id)}
              >
                {text.discard}
              </button>
            </span>
          )}
        </span>
      )}
      {!problem && !review && (
        <span class={isOnline ? "visually-hidden" : "chat-note"}>
          {isOnline ? text.sending : text.queued}
        </span>
      )}
      {problem && (
        <span class="chat-note" role="alert">
          {problemText(problem)}
          <span class="chat-actions">
            <button type="button" class="text-button" onClick={() => onRetry(message.message_id)}>
              {common.value.retry}
            </button>
            <button type="button" class="text-button" onClick={() => onDiscard(message.message_id)}>
              {text.discard}
            </button>
          </span>
        </span>
      )}
    </li>
  );
}
