/** One message of the chat; its text is only ever a text node. */
import type { ChatRow as Row } from "../../lib/reduce";
import { common } from "../../ui/lang";
import { texts } from "../texts";

export function ChatRow({ row, isMine = false }: { row: Row; isMine?: boolean }) {
  const { author, text } = row;
  if (text === null) {
    return <li class="chat-row is-removed">{texts.value.messageRemoved}</li>;
  }
  return (
    <li class={author.badge ? "chat-row is-member" : "chat-row"} data-message={row.message_id}>
      <b class={isMine ? "chat-name is-mine" : "chat-name"}>{author.name}</b>
      {author.badge && (
        <span class={`badge is-${author.badge}`}>{common.value.role[author.badge]}</span>
      )}{" "}
      <span class="chat-text">{text}</span>
    </li>
  );
}
