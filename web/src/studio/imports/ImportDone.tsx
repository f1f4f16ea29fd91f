import type { ImportReport } from "../../lib/types";
import { Empty } from "../components/Empty";
import { Link } from "../components/Link";
import { t } from "../texts";
import { ImportTable } from "./ImportTable";
import type { ImportStore } from "./importStore";

type Props = { store: ImportStore; report: ImportReport };

/** The third step: what happened. */
export function ImportDone({ store, report }: Props) {
  const { imports } = t();
  return (
    <section class="panel">
      <Empty
        icon="check"
        title={imports.doneTitle}
        text={imports.doneText(report.created, report.changed)}
      >
        {report.images_pending > 0 && (
          <p class="state__text">{imports.images(report.images_pending)}</p>
        )}
        <div class="state__actions">
          <button type="button" class="button" onClick={() => store.restart()}>
            {imports.other}
          </button>
          <Link to={{ page: "products" }} class="button is-primary">
            {imports.toCatalogue}
          </Link>
        </div>
      </Empty>
      {report.refused > 0 && <ImportTable report={report} outcome="refused" />}
    </section>
  );
}
