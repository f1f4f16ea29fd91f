import { render } from "@testing-library/preact";
import { expect, it } from "vitest";
import { setLang } from "../../ui/lang";
import { ChatRow } from "./ChatRow";

const row = {
  message_id: "m1",
  seq: 1,
  at: "2026-11-21T20:00:00.000Z",
  author: { id: "w1", name: "<b>Marta</b>", badge: null },
};

it("shows markup as the text it is", () => {
  const evil = '<img src=x onerror="alert(1)"> javascript:alert(2)';
  const { container } = render(<ChatRow row={{ ...row, text: evil }} />);
  expect(container.querySelector("img")).toBeNull();
  expect(container.textContent).toBe(`<b>Marta</b> ${evil}`);
});

it("says that a message was removed, never what it was or whose", () => {
  setLang("en");
  const { container } = render(<ChatRow row={{ ...row, text: null }} />);
  expect(container.textContent).toBe("Message removed");
});

it("marks members", () => {
  setLang("it");
  const host = {
    ...row,
    author: { id: "x", name: "Giulia", badge: "host" as const },
    text: "Ciao",
  };
  const { container } = render(<ChatRow row={host} />);
  expect(container.querySelector(".badge")?.textContent).toBe("Conduzione");
});
