/** Where a message is written; the send button shows how long slow mode still asks to wait. */
import { useId } from "preact/hooks";
import { Icon } from "../../ui/Icon";
import { tick } from "../../ui/tick";
import { MESSAGE_CHARS_MAX } from "../store/chat";
import { texts } from "../texts";

/** From here on the limit is worth mentioning. */
const CHARS_LEFT_SHOWN = 60;

type Props = {
  draft: string;
  /** Local time from which the next message may go. */
  readyAt: number;
  /** Only members write. */
  isShut: boolean;
  onDraft: (text: string) => void;
  onSubmit: () => void;
};

export function ChatBox({ draft, readyAt, isShut, onDraft, onSubmit }: Props) {
  tick.value;
  const id = useId();
  const text = texts.value;
  const waitSecs = Math.max(0, Math.ceil((readyAt - Date.now()) / 1000));
  const left = MESSAGE_CHARS_MAX - draft.length;
  return (
    <form
      class="chat-box"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isShut) onSubmit();
      }}
    >
      <label class="visually-hidden" for={id}>
        {text.messageLabel}
      </label>
      <input
        id={id}
        class="chat-input"
        value={draft}
        maxLength={MESSAGE_CHARS_MAX}
        placeholder={text.sayPlaceholder}
        autoComplete="off"
        enterKeyHint="send"
        onInput={(event) => onDraft(event.currentTarget.value)}
      />
      {left <= CHARS_LEFT_SHOWN && (
        <span class="chars-left numeric" role="status">
          <span aria-hidden="true">{left}</span>
          <span class="visually-hidden">{text.charsLeft(left)}</span>
        </span>
      )}
      <button
        type="submit"
        class={waitSecs > 0 ? "send is-waiting" : "send"}
        disabled={isShut || draft.trim() === "" || waitSecs > 0}
        aria-label={waitSecs > 0 ? text.waitSecs(waitSecs) : text.send}
      >
        {waitSecs > 0 ? <span class="numeric">{waitSecs}</span> : <Icon name="send" />}
      </button>
    </form>
  );
}
