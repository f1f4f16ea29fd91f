/** Hands a calendar entry to the browser as a file. */
import { writeCalendar } from "../../lib/ics";
import type { ShowView } from "../../lib/types";
import { showUrl } from "./share";

export function downloadCalendar(show: ShowView, startsAt: string): void {
  const entry = writeCalendar({
    id: show.id,
    title: show.title,
    description: show.description,
    url: showUrl(show.slug),
    startsAt,
    stampAt: new Date().toISOString(),
  });
  const url = URL.createObjectURL(new Blob([entry], { type: "text/calendar" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${show.slug}.ics`;
  link.click();
  URL.revokeObjectURL(url);
}
