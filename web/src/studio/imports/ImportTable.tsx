import type { ImportOutcome, ImportReport } from "../../lib/types";
import { count, fieldText, t } from "../texts";

const TONES: Record<ImportOutcome, string> = {
  created: "ok",
  changed: "warn",
  unchanged: "quiet",
  refused: "bad",
};

type Props = { report: ImportReport; outcome: ImportOutcome | null };

/** The rows of a report: line and product, and for refused ones where and why. */
export function ImportTable({ report, outcome }: Props) {
  const { imports } = t();
  const rows = report.rows.filter((row) => outcome === null || row.outcome === outcome);
  if (rows.length === 0) return <p class="panel__text">{imports.noRows}</p>;
  // Where every row is fine, three empty columns would only ask what is missing.
  const hasReasons = rows.some((row) => row.code !== null);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reachable by keyboard.
    <section class="table-wrap table-wrap--tall" tabIndex={0} aria-label={imports.all}>
      <table class="table table--import">
        <thead>
          <tr>
            <th scope="col" class="is-end">
              {imports.line}
            </th>
            <th scope="col">{imports.product}</th>
            <th scope="col">{imports.outcome}</th>
            {hasReasons && (
              <>
                <th scope="col">{imports.column}</th>
                <th scope="col">{imports.reason}</th>
                <th scope="col">{imports.value}</th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.line} ${row.column}`}>
              <td class="is-end numeric is-soft">{row.line}</td>
              <td>{row.handle ?? "–"}</td>
              <td>
                <span class={`chip chip--${TONES[row.outcome]}`}>
                  {imports.outcomes[row.outcome]}
                </span>
              </td>
              {hasReasons && (
                <>
                  <td>{row.column ?? ""}</td>
                  <td>{row.code === null ? "" : fieldText(row.code)}</td>
                  <td>{row.value !== null && <code>{row.value}</code>}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {report.rows_left_out > 0 && (
        <p class="panel__text">{imports.rowsLeftOut(count(report.rows_left_out))}</p>
      )}
    </section>
  );
}
