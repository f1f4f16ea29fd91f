import { isOpen } from "../../lib/reduce";
import type { ShowStatus } from "../../lib/types";
import { Icon } from "../components/Icon";
import { t } from "../texts";
import { COMPOSER_ID, type HostChat } from "./hostChat";
import { words as review } from "./review/texts";

/** The server's limit of one message. */
const MESSAGE_CHARS_MAX = 500;

/** Where the host writes; viewers see the shop's badge beside it. */
export function ChatComposer({ chat, status }: { chat: HostChat; status: ShowStatus }) {
  const { chat: words } = t();
  if (!isOpen(status)) {
    return (
      <p class="composer composer--closed">{status === "ended" ? words.ended : words.closed}</p>
    );
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    chat.submit();
  };
  return (
    <form class="composer" onSubmit={submit}>
      <label class="visually-hidden" for={COMPOSER_ID}>
        {words.write}
      </label>
      <input
        id={COMPOSER_ID}
        class="input"
        type="text"
        maxLength={MESSAGE_CHARS_MAX}
        autoComplete="off"
        enterkeyhint="send"
        placeholder={words.write}
        value={chat.draft.value}
        onInput={(event) => {
          chat.draft.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
      <button
        type="button"
        class={
          chat.isPinned.value ? "icon-button composer__pin is-on" : "icon-button composer__pin"
        }
        aria-label={review().pinMine}
        title={`${review().pinMine} (R)`}
        aria-pressed={chat.isPinned.value}
        onClick={() => {
          chat.isPinned.value = !chat.isPinned.value;
        }}
      >
        <Icon name="pin" />
      </button>
      <button type="submit" class="icon-button composer__send" aria-label={words.send}>
        <Icon name="send" />
      </button>
    </form>
  );
}
