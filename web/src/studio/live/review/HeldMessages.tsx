import type { HeldMessage } from "../../../lib/types";
import type { Host } from "../host";
import { words } from "./texts";

type Props = { held: readonly HeldMessage[]; host: Host };

/** What waits for a moderator, on top of the chat; the oldest first. */
export function HeldMessages({ held, host }: Props) {
  const text = words();
  const waiting = held.filter((message) => message.text !== null);
  if (waiting.length === 0) return null;
  return (
    <section class="held" aria-label={text.waiting(waiting.length)}>
      <h3 class="held__title">{text.waiting(waiting.length)}</h3>
      <ol class="held__list">
        {waiting.map((message, nth) => (
          <li key={message.message_id} class="held__message">
            <p class="held__text">
              <b>{message.author.name}</b> {message.text}
            </p>
            <p class="held__reason">{text.reasons[message.reason]}</p>
            <div class="held__actions">
              <button
                type="button"
                class="button is-small is-primary"
                aria-label={text.approveLabel(message.author.name)}
                title={nth === 0 ? `${text.approve} (A)` : undefined}
                onClick={() => host.approve(message)}
              >
                {text.approve}
              </button>
              <button
                type="button"
                class="button is-small"
                aria-label={text.refuseLabel(message.author.name)}
                title={nth === 0 ? `${text.refuse} (X)` : undefined}
                onClick={() => host.refuse(message)}
              >
                {text.refuse}
              </button>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
