import type { ShowView } from "../../lib/types";
import type { ShowIntent } from "../forms/show";
import { t } from "../texts";

type Props = {
  show: ShowView | null;
  isDirty: boolean;
  isBusy: boolean;
  onSave: (intent: ShowIntent) => void;
};

/** The ways to save: which ones make sense depends on where the show stands. */
export function ShowActions({ show, isDirty, isBusy, onSave }: Props) {
  const { showForm, common } = t();
  const isDraft = show === null || show.status === "draft";
  return (
    <footer class="form__actions">
      {show?.status === "scheduled" && (
        <button
          type="button"
          class="button is-quiet"
          disabled={isBusy}
          onClick={() => onSave("unschedule")}
        >
          {showForm.unschedule}
        </button>
      )}
      <button
        type="button"
        class={isDraft ? "button" : "button is-primary"}
        disabled={isBusy || (!isDirty && show !== null)}
        onClick={() => onSave("save")}
      >
        {isBusy ? common.saving : isDraft ? showForm.saveDraft : common.save}
      </button>
      {isDraft && (
        <button
          type="button"
          class="button is-primary"
          disabled={isBusy}
          onClick={() => onSave("schedule")}
        >
          {showForm.schedule}
        </button>
      )}
    </footer>
  );
}
