/** Opens a rehearsal of a planned show: the same words, video and lineup, for members alone. */
import { useState } from "preact/hooks";
import type { ShowView } from "../../lib/types";
import * as api from "../api";
import { newShowOf, showDraftOf } from "../forms/show";
import { go } from "../navigation";
import { t } from "../texts";
import { tellProblem } from "../toaster";

export function RehearseButton({ show }: { show: ShowView }) {
  const { shows } = t();
  const [isBusy, setBusy] = useState(false);
  const rehearse = async () => {
    setBusy(true);
    try {
      go({ page: "live", id: await copy(show) });
    } catch (cause) {
      tellProblem(cause);
      setBusy(false);
    }
  };
  return (
    <button
      type="button"
      class="button"
      disabled={isBusy}
      title={shows.rehearseHint}
      onClick={rehearse}
    >
      {shows.rehearse}
    </button>
  );
}

async function copy(show: ShowView): Promise<string> {
  const body = newShowOf({ ...showDraftOf(show), startsAt: "", isRehearsal: true });
  if (body === null) throw new TypeError("the show has a video that no show has");
  const made = await api.createShow(body);
  await api.putLineup(made.id, { product_ids: show.lineup.map(({ id }) => id) });
  return made.id;
}
