/** Writes a calendar entry (RFC 5545) for an announced show. */

export type CalendarEntry = {
  id: string;
  title: string;
  description: string;
  url: string;
  startsAt: string;
  /** When the entry was written. */
  stampAt: string;
};

/** Shows have no announced end; an hour keeps the slot free. */
const DURATION = "PT1H";

/** A line may have 75 bytes, the line break not counted. */
const LINE_BYTES_MAX = 75;

export function writeCalendar(entry: CalendarEntry): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Vetrina//Live shows//EN",
    "BEGIN:VEVENT",
    `UID:${entry.id}@vetrina`,
    `DTSTAMP:${stamp(entry.stampAt)}`,
    `DTSTART:${stamp(entry.startsAt)}`,
    `DURATION:${DURATION}`,
    `SUMMARY:${escapeText(entry.title)}`,
    `DESCRIPTION:${escapeText(`${entry.description}\n${entry.url}`.trim())}`,
    `URL:${entry.url}`,
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    `DESCRIPTION:${escapeText(entry.title)}`,
    "TRIGGER:-PT10M",
    "END:VALARM",
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.map(fold).join("\r\n")}\r\n`;
}

function stamp(at: string): string {
  return `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}

function escapeText(text: string): string {
  return text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
}

/** Breaks a long line between characters; what follows a break starts with a space. */
function fold(line: string): string {
  const encoder = new TextEncoder();
  const parts: string[] = [];
  let part = "";
  let bytes = 0;
  for (const char of line) {
    const size = encoder.encode(char).length;
    if (bytes + size > LINE_BYTES_MAX) {
      parts.push(part);
      part = " ";
      bytes = 1;
    }
    part += char;
    bytes += size;
  }
  return [...parts, part].join("\r\n");
}
