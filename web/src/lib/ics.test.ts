import { expect, it } from "vitest";
import { writeCalendar } from "./ics";

const entry = {
  id: "x1",
  title: "Seta, pelle; e altro",
  description: "Prima riga\nseconda",
  url: "https://live.shop.it/show/autunno",
  startsAt: "2026-11-22T19:30:00.000Z",
  stampAt: "2026-11-21T20:00:00.000Z",
};

it("writes an entry that calendars read", () => {
  const text = writeCalendar(entry);
  expect(text).toContain("DTSTART:20261122T193000Z\r\n");
  expect(text).toContain("SUMMARY:Seta\\, pelle\\; e altro\r\n");
  expect(text).toContain("Prima riga\\nseconda\\nhttps://");
  expect(text.endsWith("END:VCALENDAR\r\n")).toBe(true);
});

it("folds long lines between characters, never inside one", () => {
  const lines = writeCalendar({ ...entry, description: "è".repeat(200) }).split("\r\n");
  const bytes = (line: string) => new TextEncoder().encode(line).length;
  expect(Math.max(...lines.map(bytes))).toBeLessThanOrEqual(75);
  expect(lines.join("").replace(/ è/g, "è")).not.toContain("\ufffd");
});
