import type { ChatRow } from "../../lib/reduce";
import { common } from "../../ui/lang";
import { Icon } from "../components/Icon";
import type { Live } from "../pages/LivePage";
import { privacyTexts } from "../privacy/texts";
import { may } from "../session";
import { t, time } from "../texts";
import { words as review } from "./review/texts";

type Props = { row: ChatRow; isSelected: boolean; live: Live };

/** One message with the moderator's buttons; a tap or `J`/`K` chooses it. */
export function ChatMessage({ row, isSelected, live }: Props) {
  const words = t().chat;
  const { host } = live;
  const { author } = row;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: choosing by key is J and K; the buttons inside are reached by Tab.
    <li
      class={row.text === null ? "message message--removed" : "message"}
      data-selected={isSelected || undefined}
      onClick={() => {
        host.selectedId.value = isSelected ? null : row.message_id;
      }}
    >
      <p class="message__line">
        <time class="message__time numeric" dateTime={row.at}>
          {time(row.at)}
        </time>
        <b class="message__name">{author.name}</b>
        {author.badge !== null && <span class="badge">{common.value.role[author.badge]}</span>}{" "}
        <span class="message__text">{row.text ?? words.removed}</span>
      </p>
      <MessageActions row={row} live={live} />
    </li>
  );
}

function MessageActions({ row, live }: { row: ChatRow; live: Live }) {
  const words = t().chat;
  const { host, chat } = live;
  const { author } = row;
  // Of whom nothing is kept nothing can be done to.
  if (author.name === "") return null;
  return (
    <div class="message__actions">
      {row.text === null ? (
        <button
          type="button"
          aria-label={words.restoreLabel(author.name)}
          onClick={act(() => host.restore(row))}
        >
          <Icon name="undo" />
          <span>{words.restore}</span>
        </button>
      ) : (
        <>
          <button
            type="button"
            aria-label={review().replyLabel(author.name)}
            title={`${review().reply} (R)`}
            onClick={act(() => chat.reply(row))}
          >
            <Icon name="reply" />
            <span>{review().reply}</span>
          </button>
          <PinButton row={row} live={live} />
          <button
            type="button"
            aria-label={words.removeLabel(author.name)}
            title={`${words.remove} (H)`}
            onClick={act(() => host.remove(row))}
          >
            <Icon name="trash" />
            <span>{words.remove}</span>
          </button>
        </>
      )}
      {author.badge === null && (
        <>
          <button
            type="button"
            aria-label={words.muteLabel(author.name)}
            title={`${words.mute} (M)`}
            onClick={act(() => host.mute(author))}
          >
            <Icon name="mute" />
            <span>{words.mute}</span>
          </button>
          <button
            type="button"
            class="is-bad"
            aria-label={words.banLabel(author.name)}
            title={`${words.ban} (B)`}
            onClick={act(() => host.ban(author))}
          >
            <Icon name="ban" />
            <span>{words.ban}</span>
          </button>
          {may("settings") && (
            <button
              type="button"
              aria-label={privacyTexts.value.viewerLabel(author.name)}
              title={privacyTexts.value.viewerOpen}
              onClick={act(() => {
                host.dataFor.value = author;
              })}
            >
              <Icon name="people" />
              <span>{privacyTexts.value.viewerOpen}</span>
            </button>
          )}
        </>
      )}
    </div>
  );
}

/** Puts the message on top of the chat, or takes it off. */
function PinButton({ row, live: { host } }: { row: ChatRow; live: Live }) {
  const { pin, pinLabel, unpin, unpinLabel } = review();
  const isPinned = host.pinnedId === row.message_id;
  const { name } = row.author;
  return (
    <button
      type="button"
      aria-label={isPinned ? unpinLabel(name) : pinLabel(name)}
      title={`${isPinned ? unpin : pin} (P)`}
      onClick={act(() => host.togglePinned(row))}
    >
      <Icon name="pin" />
      <span>{isPinned ? unpin : pin}</span>
    </button>
  );
}

/** A button inside a message does not choose the message too. */
function act(action: () => void): (event: Event) => void {
  return (event) => {
    event.stopPropagation();
    action();
  };
}
