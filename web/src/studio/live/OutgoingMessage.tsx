import { problemText, t } from "../texts";
import type { HostChat, Outgoing } from "./hostChat";

/** What the host wrote and the server has not confirmed; refused, it keeps its words. */
export function OutgoingMessage({ message, chat }: { message: Outgoing; chat: HostChat }) {
  const { chat: words, common } = t();
  if (message.problem === null) {
    return (
      <li class="message message--sending">
        <p class="message__line">
          <span class="message__time">{words.sending}</span>
          <span class="message__text">{message.text}</span>
        </p>
      </li>
    );
  }
  return (
    <li class="message message--refused" role="alert">
      <p class="message__line">
        <span class="message__text">{message.text}</span>
      </p>
      <p class="field__error">{problemText(message.problem)}</p>
      <div class="message__again">
        <button type="button" class="button is-small" onClick={() => chat.retry(message)}>
          {common.retry}
        </button>
        <button
          type="button"
          class="button is-small is-quiet"
          onClick={() => chat.discard(message.message_id)}
        >
          {common.remove}
        </button>
      </div>
    </li>
  );
}
