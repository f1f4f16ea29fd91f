import * as api from "../api";
import { areAllShown } from "../forms/errors";
import { problemText, t } from "../texts";
import { perform } from "../toaster";
import type { ProductEditor } from "./editor";

type Props = { editor: ProductEditor; onSave: (isForced?: boolean) => void };

/** Saves, and says what stands in the way. */
export function SaveBar({ editor, onSave }: Props) {
  const { product: words, common } = t();
  const problem = editor.problem.value;
  const isNew = editor.base.value === null;
  const isShownAtField =
    editor.errors.value.size > 0 &&
    areAllShown(editor.errors.value, ["/title", "/description", "/option_names", "/variants"]);
  const loadTheirs = () =>
    perform(async () => {
      const base = editor.base.value;
      if (base !== null) editor.open(await api.getProduct(base.id));
    });
  return (
    <footer class="save-bar">
      {editor.isStale.value ? (
        <div class="save-bar__words" role="alert">
          <strong>{words.staleTitle}</strong>
          <span>{words.staleText}</span>
        </div>
      ) : (
        <div class="save-bar__words" role="status">
          {problem !== null && !isShownAtField ? (
            <span class="field__error">{problemText(problem)}</span>
          ) : (
            editor.isDirty.value && <span>{words.unsaved}</span>
          )}
        </div>
      )}
      {editor.isStale.value ? (
        <>
          <button type="button" class="button" onClick={loadTheirs}>
            {words.staleLoad}
          </button>
          <button type="button" class="button is-primary" onClick={() => onSave(true)}>
            {words.staleKeep}
          </button>
        </>
      ) : (
        <>
          {!isNew && editor.isDirty.value && (
            <button type="button" class="button" onClick={() => editor.discard()}>
              {words.discard}
            </button>
          )}
          <button
            type="submit"
            class="button is-primary"
            disabled={editor.isBusy.value || (!isNew && !editor.isDirty.value)}
          >
            {editor.isBusy.value ? common.saving : isNew ? words.create : common.save}
          </button>
        </>
      )}
    </footer>
  );
}
