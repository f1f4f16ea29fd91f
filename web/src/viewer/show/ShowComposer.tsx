/** The composer with what the page knows of the show and of this viewer. */
import { isOpen, type ShowState } from "../../lib/reduce";
import { Composer } from "../chat/Composer";
import type { ShowModel } from "./model";

export function ShowComposer({ model, state }: { model: ShowModel; state: ShowState }) {
  const { chat, show } = model;
  const status = show.status.value;
  const isBanned = status.kind === "stopped" && status.reason === "banned";
  return (
    <Composer
      chat={chat}
      you={show.you.value}
      clock={show.clock}
      isBanned={isBanned}
      isOpen={isOpen(state.show.status)}
      isLocked={state.show.is_chat_locked}
    />
  );
}
