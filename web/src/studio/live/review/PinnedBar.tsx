import type { PinnedMessage } from "../../../lib/types";
import { Icon } from "../../components/Icon";
import type { Host } from "../host";
import { words } from "./texts";

type Props = { message: PinnedMessage; host: Host };

/** The message that all viewers see on top of their chat. */
export function PinnedBar({ message, host }: Props) {
  const text = words();
  const { author } = message;
  return (
    <section class="pinned-bar" aria-label={text.onTop}>
      <Icon name="pin" />
      <p class="pinned-bar__text">
        <b>{author.name}</b> {message.text}
      </p>
      <button
        type="button"
        class="button is-small"
        aria-label={text.unpinLabel(author.name)}
        onClick={() => host.unpinMessage(message.message_id)}
      >
        {text.unpin}
      </button>
    </section>
  );
}
