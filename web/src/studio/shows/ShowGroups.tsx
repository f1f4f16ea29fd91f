import type { ShowStatus, ShowSummary } from "../../lib/types";
import { t } from "../texts";
import { ShowRow } from "./ShowRow";

type Group = "live" | "scheduled" | "drafts" | "ended";

const GROUPS: readonly Group[] = ["live", "scheduled", "drafts", "ended"];

type Props = { shows: readonly ShowSummary[]; onDelete: (show: ShowSummary) => void };

export function ShowGroups({ shows, onDelete }: Props) {
  return (
    <>
      {GROUPS.map((group) => {
        const members = shows.filter((show) => groupOf(show.status) === group);
        if (members.length === 0) return null;
        return (
          <section key={group} class="group" aria-labelledby={`group-${group}`}>
            <h2 id={`group-${group}`} class="group__title">
              {t().shows[group]} <span class="group__count numeric">{members.length}</span>
            </h2>
            <ul class="rows">
              {inOrder(group, members).map((show) => (
                <ShowRow key={show.id} show={show} onDelete={() => onDelete(show)} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function groupOf(status: ShowStatus): Group {
  switch (status) {
    case "live":
    case "paused":
      return "live";
    case "draft":
      return "drafts";
    case "scheduled":
    case "ended":
      return status;
    default: {
      const impossible: never = status;
      return impossible;
    }
  }
}

/** What comes next is what matters among announced shows; the others stay newest first. */
function inOrder(group: Group, shows: ShowSummary[]): ShowSummary[] {
  if (group !== "scheduled") return shows;
  return shows.toSorted((a, b) => (a.starts_at ?? "9").localeCompare(b.starts_at ?? "9"));
}
