import { describe, expect, it } from "vitest";
import { commandOf, focusPlaceOf, KEY_NAMES, type KeyPress } from "./keys";

function press(key: string, held: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, metaKey: false, altKey: false, ...held };
}

describe("keys of the live screen", () => {
  it("pins the nth product", () => {
    expect(commandOf(press("1"), "page")).toEqual({ type: "pin", index: 0 });
    expect(commandOf(press("9"), "page")).toEqual({ type: "pin", index: 8 });
    expect(commandOf(press("0"), "page")).toBeNull();
  });

  it("knows every letter in both cases", () => {
    const letters: [string, string][] = [
      ["n", "next"],
      ["h", "remove"],
      ["m", "mute"],
      ["b", "ban"],
      ["s", "slow-mode"],
      ["q", "questions"],
      ["l", "lock"],
      ["p", "pin-message"],
      ["a", "approve"],
      ["x", "refuse"],
      ["r", "reply"],
      ["f", "offer"],
      ["u", "undo"],
    ];
    for (const [key, type] of letters) {
      expect(commandOf(press(key), "page")).toEqual({ type });
      expect(commandOf(press(key.toUpperCase()), "page")).toEqual({ type });
    }
    expect(commandOf(press("j"), "page")).toEqual({ type: "select", step: 1 });
    expect(commandOf(press("k"), "page")).toEqual({ type: "select", step: -1 });
    expect(commandOf(press("/"), "page")).toEqual({ type: "search" });
    expect(commandOf(press("?"), "page")).toEqual({ type: "help" });
  });

  it("is silent inside text fields", () => {
    for (const key of ["1", " ", "n", "b", "?", "/"]) {
      expect(commandOf(press(key), "text"), key).toBeNull();
    }
  });

  it("leaves the space bar to a focused button", () => {
    expect(commandOf(press(" "), "control")).toBeNull();
    expect(commandOf(press(" "), "page")).toEqual({ type: "unpin" });
    expect(commandOf(press("n"), "control")).toEqual({ type: "next" });
  });

  it("leaves the browser's own shortcuts alone", () => {
    expect(commandOf(press("n", { ctrlKey: true }), "page")).toBeNull();
    expect(commandOf(press("u", { metaKey: true }), "page")).toBeNull();
    expect(commandOf(press("1", { altKey: true }), "page")).toBeNull();
  });

  it("lists every command once in the help", () => {
    expect(new Set(KEY_NAMES.map(([, name]) => name)).size).toBe(18);
  });
});

describe("place of the focus", () => {
  it("is text where letters are written", () => {
    expect(focusPlaceOf("TEXTAREA", null, false)).toBe("text");
    expect(focusPlaceOf("INPUT", "search", false)).toBe("text");
    expect(focusPlaceOf("SELECT", null, false)).toBe("text");
    expect(focusPlaceOf("DIV", null, true)).toBe("text");
  });
  it("is a control where the space bar presses", () => {
    expect(focusPlaceOf("BUTTON", "submit", false)).toBe("control");
    expect(focusPlaceOf("INPUT", "checkbox", false)).toBe("control");
  });
  it("is the page elsewhere", () => {
    expect(focusPlaceOf("LI", null, false)).toBe("page");
  });
});
