import type { ImportOutcome, ImportReport } from "../../lib/types";
import { count, t } from "../texts";

const OUTCOMES: readonly ImportOutcome[] = ["created", "changed", "unchanged", "refused"];

type Props = {
  report: ImportReport;
  value: ImportOutcome | null;
  onChange: (outcome: ImportOutcome | null) => void;
};

/** The four figures of a report; each shows its rows, a second press shows all again. */
export function OutcomeFilter({ report, value, onChange }: Props) {
  return (
    <div class="outcomes">
      {OUTCOMES.map((outcome) => (
        <button
          key={outcome}
          type="button"
          class={report[outcome] > 0 ? `outcome outcome--${outcome}` : "outcome"}
          aria-pressed={value === outcome}
          onClick={() => onChange(value === outcome ? null : outcome)}
        >
          <span class="outcome__figure numeric">{count(report[outcome])}</span>
          <span>{t().imports[outcome]}</span>
        </button>
      ))}
    </div>
  );
}
