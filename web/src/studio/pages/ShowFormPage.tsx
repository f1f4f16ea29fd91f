import { useEffect, useMemo } from "preact/hooks";
import type { ShowView } from "../../lib/types";
import * as api from "../api";
import { Link } from "../components/Link";
import { Loaded } from "../components/Loaded";
import { PageHead } from "../components/PageHead";
import { ShowStatusChip } from "../components/ShowStatusChip";
import { FiguresPanel } from "../figures/FiguresPanel";
import { LineupEditor } from "../lineup/LineupEditor";
import { Resource } from "../pager";
import { ReplayPanel } from "../replay/ReplayPanel";
import { may } from "../session";
import { RehearseButton } from "../shows/RehearseButton";
import { ShowForm } from "../shows/ShowForm";
import { t } from "../texts";

/** Creates a show, or edits one together with its lineup. */
export function ShowFormPage({ id }: { id: string | null }) {
  if (id === null) {
    return (
      <div class="page page--form">
        <PageHead title={t().showForm.newTitle} back={{ page: "shows" }} />
        <ShowForm show={null} onSaved={() => {}} />
      </div>
    );
  }
  return <EditShow id={id} />;
}

function EditShow({ id }: { id: string }) {
  const { showForm, shows } = t();
  const resource = useMemo(() => new Resource<ShowView>((signal) => api.getShow(id, signal)), [id]);
  useEffect(() => {
    void resource.load();
    return () => resource.stop();
  }, [resource]);
  const show = resource.value.value;
  return (
    <div class="page page--wide">
      <PageHead title={show?.title ?? showForm.editTitle} back={{ page: "shows" }}>
        {show !== null && <ShowStatusChip status={show.status} />}
        {show !== null && mayRehearse(show) && <RehearseButton show={show} />}
        <Link to={{ page: "live", id }} class="button">
          {shows.prepare}
        </Link>
      </PageHead>
      <Loaded resource={resource}>
        {(loaded) => (
          <div class="columns">
            {loaded.status === "ended" && !loaded.is_rehearsal && <FiguresPanel show={loaded} />}
            <ShowForm show={loaded} onSaved={(saved) => resource.set(saved)} />
            {loaded.status === "ended" && !loaded.is_rehearsal && <ReplayPanel show={loaded} />}
            <LineupEditor show={loaded} onChanged={(saved) => resource.set(saved)} />
          </div>
        )}
      </Loaded>
    </div>
  );
}

function mayRehearse(show: ShowView): boolean {
  const isPlanned = show.status === "draft" || show.status === "scheduled";
  return isPlanned && !show.is_rehearsal && may("shows");
}
