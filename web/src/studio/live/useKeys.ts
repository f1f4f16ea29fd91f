import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { readStored, writeStored } from "../../ui/storage";
import type { Live } from "../pages/LivePage";
import { may } from "../session";
import { tell, undo } from "../toaster";
import { commandOf, type FocusPlace, focusPlaceOf, type KeyCommand } from "./keys";
import { words } from "./questions/texts";

/** The search field of the lineup, where the key `/` goes. */
export const SEARCH_ID = "lineup-search";

/** Single keys can be switched off: speech input and shaky hands press them by accident. */
const STORED_AS = "vetrina.studio.keys";

export type Keys = { isOn: Signal<boolean>; setOn: (isOn: boolean) => void };

/** Listens to single keys while the live screen is open. */
export function useKeys(live: Live, onHelp: () => void): Keys {
  const isOn = useSignal(readStored(STORED_AS) !== "off");
  // The help callback only sets state, so the first one serves for as long as the screen is open.
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
      const command = commandOf(event, placeOf(document.activeElement));
      if (command === null || (!isOn.value && command.type !== "help")) return;
      event.preventDefault();
      run(command, live, onHelp);
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [live, isOn]);
  return {
    isOn,
    setOn(next) {
      isOn.value = next;
      writeStored(STORED_AS, next ? null : "off");
    },
  };
}

function placeOf(element: Element | null): FocusPlace {
  if (element === null) return "page";
  const isEditable = element instanceof HTMLElement && element.isContentEditable;
  return focusPlaceOf(element.tagName, element.getAttribute("type"), isEditable);
}

/** Keys that change what viewers see; a moderator's hands must not fall on them. */
const RUN_OF_SHOW: ReadonlySet<KeyCommand["type"]> = new Set(["pin", "unpin", "next", "offer"]);

/** Keys of the chat act on questions while these are shown; false leaves a key to the others. */
function runAtDesk(command: KeyCommand, { desk }: Live): boolean {
  const question = desk.selected();
  switch (command.type) {
    case "select":
      desk.select(command.step);
      return true;
    case "reply":
      if (question === null) desk.select(1);
      else void desk.claim(question);
      return true;
    case "remove":
      if (question === null) tell(words().selectFirst);
      else desk.dismiss(question);
      return true;
    // Nothing is done by a message that is not in sight.
    case "mute":
    case "ban":
    case "pin-message":
    case "approve":
    case "refuse":
      return true;
    default:
      return false;
  }
}

function run(command: KeyCommand, live: Live, onHelp: () => void): void {
  const { host, desk } = live;
  if (RUN_OF_SHOW.has(command.type) && !may("shows")) return;
  if (desk.tab.value === "questions" && runAtDesk(command, live)) return;
  switch (command.type) {
    case "pin":
      return host.pinNth(command.index);
    case "unpin":
      return host.hidePrimary();
    case "next":
      return host.pinNext();
    case "select":
      return host.select(command.step);
    case "remove":
      return host.withSelected((row) => host.remove(row));
    case "mute":
      return host.withSelected((row) => host.mute(row.author));
    case "ban":
      return host.withSelected((row) => host.ban(row.author));
    case "slow-mode":
      return host.toggleSlowMode();
    case "questions":
      return desk.show(desk.tab.value === "questions" ? "chat" : "questions");
    case "lock":
      return host.toggleChatLock();
    case "pin-message":
      return host.withSelected((row) => host.togglePinned(row));
    case "approve":
      return host.withOldestHeld((message) => host.approve(message));
    case "refuse":
      return host.withOldestHeld((message) => host.refuse(message));
    case "reply":
      return live.chat.reply(host.selected());
    case "offer":
      return host.offerPrimary();
    case "search":
      return document.getElementById(SEARCH_ID)?.focus();
    case "undo":
      return void undo();
    case "help":
      return onHelp();
    default: {
      const impossible: never = command;
      return impossible;
    }
  }
}
