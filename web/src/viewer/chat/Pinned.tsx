/** The message that the shop holds on top of the chat. */
import type { PinnedMessage } from "../../lib/types";
import { texts } from "../texts";

export function Pinned({ message }: { message: PinnedMessage | null }) {
  return (
    message && (
      <p class="pinned">
        <small>{texts.value.pinned}</small> <b>{message.author.name}</b> {message.text}
      </p>
    )
  );
}
