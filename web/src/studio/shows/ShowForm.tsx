import { useEffect, useRef, useState } from "preact/hooks";
import { toProblem } from "../../lib/problem";
import type { ShowView } from "../../lib/types";
import * as api from "../api";
import { AreaField } from "../components/AreaField";
import { CheckField } from "../components/CheckField";
import { TextField } from "../components/TextField";
import { focusFirstError } from "../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS, stillWrong } from "../forms/errors";
import {
  checkShow,
  emptyShow,
  newShowOf,
  type ShowDraft,
  type ShowIntent,
  showDraftOf,
  showPatchOf,
} from "../forms/show";
import { go, guardUnsaved } from "../navigation";
import { problemText, t } from "../texts";
import { tell } from "../toaster";
import { ShowActions } from "./ShowActions";
import { VideoFields } from "./VideoFields";

type Props = { show: ShowView | null; onSaved: (show: ShowView) => void };

/** Title, description, time and video of a show. */
export function ShowForm({ show, onSaved }: Props) {
  const { showForm } = t();
  const clean = show === null ? emptyShow() : showDraftOf(show);
  const [draft, setDraft] = useState<ShowDraft>(clean);
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isDirty = JSON.stringify(draft) !== JSON.stringify(clean);
  // What the errors on screen are about, so that they go when that is possible.
  const intent = useRef<ShowIntent>("save");
  const dirty = useRef(isDirty);
  dirty.current = isDirty;
  useEffect(() => guardUnsaved(() => dirty.current), []);
  const write = (part: Partial<ShowDraft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    setErrors(stillWrong(errors, checkShow(next, intent.current, new Date())));
  };

  const save = async (wanted: ShowIntent) => {
    if (isBusy) return;
    intent.current = wanted;
    const found = checkShow(draft, wanted, new Date());
    setErrors(found);
    setProblem(null);
    if (found.size > 0) return focusFirstError();
    setBusy(true);
    try {
      const saved = await store(show, draft, wanted);
      dirty.current = false;
      setDraft(showDraftOf(saved));
      tell(doneText(show, wanted));
      if (show === null) go({ page: "show-edit", id: saved.id });
      else onSaved(saved);
    } catch (cause) {
      const refusal = toProblem(cause);
      setErrors(errorsOf(refusal));
      setProblem(problemText(refusal));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="panel form" onSubmit={(event) => event.preventDefault()} noValidate>
      <h2 class="panel__title">{showForm.details}</h2>
      {show?.status === "ended" && <p class="panel__text">{showForm.endedText}</p>}
      <TextField
        label={showForm.title}
        hint={showForm.titleHint}
        value={draft.title}
        maxLength={120}
        error={errorAt(errors, "/title")}
        onChange={(title) => write({ title })}
      />
      <AreaField
        label={showForm.description}
        hint={showForm.descriptionHint}
        isOptional
        value={draft.description}
        error={errorAt(errors, "/description")}
        onChange={(description) => write({ description })}
      />
      {show?.status !== "ended" && (
        <>
          <TextField
            label={showForm.startsAt}
            hint={showForm.startsAtHint}
            type="datetime-local"
            value={draft.startsAt}
            error={errorAt(errors, "/starts_at")}
            onChange={(startsAt) => write({ startsAt })}
          />
          <VideoFields draft={draft} errors={errors} onWrite={write} />
        </>
      )}
      {show === null && (
        <CheckField
          label={showForm.rehearsal}
          hint={showForm.rehearsalHint}
          isChecked={draft.isRehearsal}
          onChange={(isRehearsal) => write({ isRehearsal })}
        />
      )}
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <ShowActions show={show} isDirty={isDirty} isBusy={isBusy} onSave={save} />
    </form>
  );
}

function doneText(show: ShowView | null, intent: ShowIntent): string {
  const { showForm, common } = t();
  if (intent === "schedule") return showForm.scheduledDone;
  if (intent === "unschedule") return showForm.unscheduledDone;
  return show === null ? showForm.created : common.saved;
}

/** Writes the form, then the status when the intent asks for another one. */
async function store(
  show: ShowView | null,
  draft: ShowDraft,
  intent: ShowIntent,
): Promise<ShowView> {
  const saved = await storeFields(show, draft);
  if (intent === "schedule" && saved.status === "draft") {
    return api.putStatus(saved.id, "scheduled");
  }
  if (intent === "unschedule") return api.putStatus(saved.id, "draft");
  return saved;
}

function storeFields(show: ShowView | null, draft: ShowDraft): Promise<ShowView> {
  if (show === null) {
    const body = newShowOf(draft);
    return body === null
      ? Promise.reject(new TypeError("the form was not checked"))
      : api.createShow(body);
  }
  const patch = showPatchOf(show, draft);
  return Object.keys(patch).length === 0 ? Promise.resolve(show) : api.changeShow(show.id, patch);
}
