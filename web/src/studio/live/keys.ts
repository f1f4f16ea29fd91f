/**
 * Maps a key press on the live screen to what it asks for.
 *
 * Knows no DOM beyond the shape of a key event; the live page performs the command.
 * Invariant: nothing is mapped while the member writes or operates a control.
 */

export type KeyCommand =
  | { type: "pin"; index: number }
  | { type: "unpin" }
  | { type: "next" }
  | { type: "select"; step: 1 | -1 }
  | { type: "remove" }
  | { type: "mute" }
  | { type: "ban" }
  | { type: "slow-mode" }
  | { type: "lock" }
  | { type: "pin-message" }
  | { type: "approve" }
  | { type: "refuse" }
  | { type: "questions" }
  | { type: "reply" }
  | { type: "offer" }
  | { type: "search" }
  | { type: "undo" }
  | { type: "help" };

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** Where the focus is: keys belong to a text field whole, to a control only its own keys. */
export type FocusPlace = "text" | "control" | "page";

/** Names the keys for the help; the texts are in the dictionary under the same names. */
export const KEY_NAMES = [
  ["1-9", "pin"],
  ["Space", "unpin"],
  ["N", "next"],
  ["J / K", "select"],
  ["H", "remove"],
  ["M", "mute"],
  ["B", "ban"],
  ["P", "pin-message"],
  ["R", "reply"],
  ["A", "approve"],
  ["X", "refuse"],
  ["S", "slow-mode"],
  ["L", "lock"],
  ["Q", "questions"],
  ["F", "offer"],
  ["/", "search"],
  ["U", "undo"],
  ["?", "help"],
] as const satisfies readonly (readonly [string, KeyCommand["type"]])[];

/** Finds the command of a key press, or null when the key is not ours. */
export function commandOf(press: KeyPress, place: FocusPlace): KeyCommand | null {
  if (place === "text" || press.ctrlKey || press.metaKey || press.altKey) return null;
  if (/^[1-9]$/.test(press.key)) return { type: "pin", index: Number(press.key) - 1 };
  // A focused button is pressed with the space bar, so the key stays the button's.
  if (press.key === " ") return place === "control" ? null : { type: "unpin" };
  return commandOfLetter(press.key.toLowerCase());
}

function commandOfLetter(key: string): KeyCommand | null {
  switch (key) {
    case "n":
      return { type: "next" };
    case "j":
      return { type: "select", step: 1 };
    case "k":
      return { type: "select", step: -1 };
    case "h":
      return { type: "remove" };
    case "m":
      return { type: "mute" };
    case "b":
      return { type: "ban" };
    case "s":
      return { type: "slow-mode" };
    case "l":
      return { type: "lock" };
    case "p":
      return { type: "pin-message" };
    case "a":
      return { type: "approve" };
    case "x":
      return { type: "refuse" };
    case "q":
      return { type: "questions" };
    case "r":
      return { type: "reply" };
    case "f":
      return { type: "offer" };
    case "/":
      return { type: "search" };
    case "u":
      return { type: "undo" };
    case "?":
      return { type: "help" };
    default:
      return null;
  }
}

/** Tells where the focus is from the element that has it. */
export function focusPlaceOf(
  tagName: string,
  type: string | null,
  isEditable: boolean,
): FocusPlace {
  if (isEditable) return "text";
  switch (tagName.toLowerCase()) {
    case "textarea":
    case "select":
      return "text";
    case "input":
      return type === "checkbox" || type === "radio" || type === "button" ? "control" : "text";
    case "button":
    case "a":
    case "summary":
    case "video":
    case "iframe":
      return "control";
    default:
      return "page";
  }
}
