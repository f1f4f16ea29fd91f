import { useState } from "preact/hooks";
import type { ImportOutcome, ImportReport } from "../../lib/types";
import { problemText, t } from "../texts";
import { ImportTable } from "./ImportTable";
import type { ImportStore } from "./importStore";
import { OutcomeFilter } from "./OutcomeFilter";

type Props = { store: ImportStore; report: ImportReport };

/** The second step: what would happen, row by row, and the button that makes it happen. */
export function ImportPreview({ store, report }: Props) {
  const { imports } = t();
  const [outcome, setOutcome] = useState<ImportOutcome | null>(
    report.refused > 0 ? "refused" : null,
  );
  const problem = store.problem.value;
  const changes = report.created + report.changed;
  return (
    <section class="panel">
      <header class="panel__head">
        <h2 class="panel__title">{store.file.value?.name}</h2>
        <span class="panel__count">{imports.recognised(formatName(report.format))}</span>
      </header>
      <OutcomeFilter report={report} value={outcome} onChange={setOutcome} />
      {report.refused > 0 && <p class="note">{imports.refusedNote(report.refused)}</p>}
      <ImportTable report={report} outcome={outcome} />
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problemText(problem)}
        </p>
      )}
      <footer class="form__actions form__actions--sticky">
        <button type="button" class="button is-quiet" onClick={() => store.restart()}>
          {imports.other}
        </button>
        {changes === 0 ? (
          <p class="form__note">{imports.nothing}</p>
        ) : (
          <button
            type="button"
            class="button is-primary"
            disabled={store.isBusy.value}
            onClick={() => store.apply()}
          >
            {store.isBusy.value ? imports.applying : imports.apply(changes)}
          </button>
        )}
      </footer>
    </section>
  );
}

/** Formats are named by the server; one that this version does not know is shown as it came. */
function formatName(format: string): string {
  const { imports } = t();
  switch (format) {
    case "shopify":
    case "google":
    case "vetrina":
      return imports[format];
    default:
      return format;
  }
}
