import { useEffect, useMemo, useState } from "preact/hooks";
import { studioReplayEn } from "../../i18n/studioReplay.en";
import { studioReplayIt } from "../../i18n/studioReplay.it";
import { toProblem } from "../../lib/problem";
import type { Replay, ShowView } from "../../lib/types";
import { dictionary } from "../../ui/lang";
import * as api from "../api";
import { Loaded } from "../components/Loaded";
import { TextField } from "../components/TextField";
import { focusFirstError } from "../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS } from "../forms/errors";
import { Resource } from "../pager";
import { may } from "../session";
import { problemText } from "../texts";
import { tell } from "../toaster";
import { changeOf, draftOf, RECORDING_KINDS, type ReplayDraft } from "./draft";

const words = dictionary({ en: studioReplayEn, it: studioReplayIt });

/** Where the recording of a show that is over is, and whether everybody may watch it. */
export function ReplayPanel({ show }: { show: ShowView }) {
  const resource = useMemo(
    () => new Resource<Replay>((signal) => api.getReplay(show.id, signal)),
    [show.id],
  );
  useEffect(() => {
    void resource.load();
    return () => resource.stop();
  }, [resource]);
  if (!may("shows")) return null;
  return (
    <section class="panel">
      <h2 class="panel__title">{words.value.title}</h2>
      <p class="panel__text">{words.value.text}</p>
      <Loaded resource={resource}>
        {(replay) => (
          <Fields show={show} replay={replay} onSaved={(saved) => resource.set(saved)} />
        )}
      </Loaded>
    </section>
  );
}

type Props = { show: ShowView; replay: Replay; onSaved: (replay: Replay) => void };

function Fields({ show, replay, onSaved }: Props) {
  const text = words.value;
  const [draft, setDraft] = useState<ReplayDraft>(() => draftOf(show, replay));
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [offsetProblem, setOffsetProblem] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isPublic = replay.published_at !== null;
  const write = (part: Partial<ReplayDraft>) => setDraft({ ...draft, ...part });
  const save = async (isPublished: boolean, done: string) => {
    const change = changeOf(show, draft, isPublished);
    setOffsetProblem(change ? null : text.offsetNaN);
    setProblem(null);
    setErrors(NO_ERRORS);
    if (!change || isBusy) return focusFirstError();
    setBusy(true);
    try {
      onSaved(await api.putReplay(show.id, change));
      tell(done);
    } catch (cause) {
      const refusal = toProblem(cause);
      const found = errorsOf(refusal);
      setErrors(found);
      if (found.size === 0) setProblem(problemText(refusal));
      focusFirstError();
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="form" onSubmit={(event) => event.preventDefault()} noValidate>
      {isPublic && (
        <p class="panel__text">
          {text.isPublic}{" "}
          <a href={`/show/${encodeURIComponent(show.slug)}`} target="_blank" rel="noopener">
            {text.watch}
          </a>
        </p>
      )}
      <fieldset class="video-fields">
        <legend class="field__label">{text.source}</legend>
        <div class="choices">
          {RECORDING_KINDS.map((kind) => (
            <label key={kind} class="choice">
              <input
                type="radio"
                name="recording-kind"
                checked={draft.kind === kind}
                onChange={() => write({ kind })}
              />
              <span>{text.kinds[kind]}</span>
            </label>
          ))}
        </div>
        {draft.kind !== "demo" && (
          <TextField
            label={text.url}
            hint={text.urlHint}
            inputMode="url"
            value={draft.url}
            error={errorAt(errors, "/recording/url")}
            onChange={(url) => write({ url })}
          />
        )}
      </fieldset>
      <TextField
        label={text.offset}
        hint={text.offsetHint}
        value={draft.offset}
        error={offsetProblem ?? errorAt(errors, "/starts_at")}
        onChange={(offset) => write({ offset })}
      />
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <footer class="form__actions">
        <button
          type="button"
          class="button"
          disabled={isBusy}
          onClick={() => void save(false, isPublic ? text.withdrawn : text.saved)}
        >
          {isPublic ? text.withdraw : text.save}
        </button>
        <button
          type="button"
          class="button is-primary"
          disabled={isBusy}
          onClick={() => void save(true, text.published)}
        >
          {isPublic ? text.change : text.publish}
        </button>
      </footer>
    </form>
  );
}
