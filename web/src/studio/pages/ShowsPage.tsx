import { useEffect, useMemo, useState } from "preact/hooks";
import type { ShowSummary } from "../../lib/types";
import * as api from "../api";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { Empty } from "../components/Empty";
import { Icon } from "../components/Icon";
import { Link } from "../components/Link";
import { PagedList } from "../components/PagedList";
import { PageHead } from "../components/PageHead";
import { Pager } from "../pager";
import { may } from "../session";
import { LegalReminder } from "../settings/LegalReminder";
import { ShowGroups } from "../shows/ShowGroups";
import { t } from "../texts";
import { perform, tell } from "../toaster";

/** All shows: on air first, then what comes, what is being prepared and what was. */
export function ShowsPage() {
  const { shows, common } = t();
  const pager = useMemo(() => new Pager<ShowSummary>(api.listShows), []);
  const [doomed, setDoomed] = useState<ShowSummary | null>(null);
  useEffect(() => {
    void pager.load();
    return () => pager.stop();
  }, [pager]);

  const remove = async (show: ShowSummary) => {
    setDoomed(null);
    if (!(await perform(() => api.deleteShow(show.id)))) return;
    pager.remove(show.id);
    tell(shows.deleted);
  };
  const create = may("shows") && (
    <Link to={{ page: "show-new" }} class="button is-primary">
      <Icon name="add" />
      {shows.create}
    </Link>
  );
  return (
    <div class="page">
      <PageHead title={shows.title}>{create}</PageHead>
      <LegalReminder />
      <PagedList
        pager={pager}
        empty={
          <Empty icon="live" title={shows.emptyTitle} text={shows.emptyText}>
            {create}
          </Empty>
        }
      >
        {(items) => <ShowGroups shows={items} onDelete={setDoomed} />}
      </PagedList>
      <ConfirmDialog
        isOpen={doomed !== null}
        title={shows.deleteTitle}
        text={doomed === null ? "" : shows.deleteText(doomed.title)}
        confirm={common.delete}
        onConfirm={() => doomed !== null && remove(doomed)}
        onCancel={() => setDoomed(null)}
      />
    </div>
  );
}
