/** What is kept of this viewer, and the two steps that erase it. */
import { useEffect, useMemo } from "preact/hooks";
import { formatDateTime } from "../../lib/time";
import type { ViewerErasure } from "../../lib/types";
import { lang, problemText } from "../../ui/lang";
import { Sheet } from "../../ui/Sheet";
import type { ShowModel } from "../show/model";
import { saveFile } from "./save";
import { createDataStore, type DataStore } from "./store";
import { privacyTexts } from "./texts";

type Props = {
  model: ShowModel;
  isOpen: boolean;
  /** The show is over, so that no event takes away what a replay has loaded already. */
  isOver: boolean;
  onClose: () => void;
};

export function DataSheet({ model, isOpen, isOver, onClose }: Props) {
  const text = privacyTexts.value;
  const store = useMemo(() => createDataStore(model.api, saveFile), [model]);
  useEffect(() => {
    if (isOpen) void store.load();
  }, [isOpen, store]);
  const leave = () => {
    onClose();
    if (isOver && store.step.value === "done") location.reload();
  };
  const problem = store.problem.value;
  const kept = store.kept.value;
  return (
    <Sheet title={text.title} isOpen={isOpen} onClose={leave}>
      <div class="own-data">
        {kept && store.step.value === "look" && <Kept kept={kept} store={store} />}
        {kept && store.step.value === "check" && <Check kept={kept} store={store} />}
        {store.step.value === "done" && (
          <>
            <p role="status">{text.done}</p>
            <button type="button" class="button" onClick={leave}>
              {text.close}
            </button>
          </>
        )}
        {problem && (
          <p class="error-text" role="alert">
            {problemText(problem)}
          </p>
        )}
      </div>
    </Sheet>
  );
}

function Kept({ kept, store }: { kept: ViewerErasure; store: DataStore }) {
  const text = privacyTexts.value;
  const facts = [
    { n: kept.shows, say: text.shows },
    { n: kept.messages, say: text.messages },
    { n: kept.questions, say: text.questions },
    { n: kept.votes, say: text.votes },
    { n: kept.orders, say: text.orders },
  ].filter(({ n }) => n > 0);
  return (
    <>
      <p>{text.intro}</p>
      {facts.length === 0 ? (
        <p>{text.nothing}</p>
      ) : (
        <ul>
          {facts.map(({ n, say }) => (
            <li key={say(n)}>{say(n)}</li>
          ))}
        </ul>
      )}
      {kept.blocked.map(({ number }) => (
        <p key={number} class="hint">
          {text.blocked(number)}
        </p>
      ))}
      <div class="own-data-actions">
        <button
          type="button"
          class="button"
          disabled={store.isBusy.value}
          onClick={() => void store.download()}
        >
          {text.download}
        </button>
        {facts.length > 0 && kept.blocked.length === 0 && (
          <button type="button" class="button" onClick={() => store.go("check")}>
            {text.erase}
          </button>
        )}
      </div>
    </>
  );
}

function Check({ kept, store }: { kept: ViewerErasure; store: DataStore }) {
  const text = privacyTexts.value;
  const isBusy = store.isBusy.value;
  return (
    <>
      <h3>{text.check}</h3>
      <p>{text.goes}</p>
      {kept.orders > 0 && <p>{text.ordersStay}</p>}
      {kept.ban_until !== null && (
        <p>{text.banStays(formatDateTime(kept.ban_until, lang.value))}</p>
      )}
      <p>{text.cannotUndo}</p>
      <div class="own-data-actions">
        <button type="button" class="button" disabled={isBusy} onClick={() => store.go("look")}>
          {text.cancel}
        </button>
        <button
          type="button"
          class="button is-primary"
          disabled={isBusy}
          onClick={() => void store.erase()}
        >
          {isBusy ? text.erasing : text.confirm}
        </button>
      </div>
    </>
  );
}
