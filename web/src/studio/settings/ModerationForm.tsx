import { useEffect, useId, useMemo, useState } from "preact/hooks";
import { toProblem } from "../../lib/problem";
import type { ModerationRules } from "../../lib/types";
import * as api from "../api";
import { CheckField } from "../components/CheckField";
import { Loaded } from "../components/Loaded";
import { words } from "../live/review/texts";
import { Resource } from "../pager";
import { problemText, t } from "../texts";
import { tell } from "../toaster";

/** Which messages wait for a moderator. */
export function ModerationForm() {
  const resource = useMemo(() => new Resource<ModerationRules>(api.getModerationRules), []);
  useEffect(() => {
    void resource.load();
    return () => resource.stop();
  }, [resource]);
  return (
    <section class="panel">
      <h2 class="panel__title">{words().title}</h2>
      <p class="panel__text">{words().text}</p>
      <Loaded resource={resource}>{(rules) => <Fields rules={rules} />}</Loaded>
    </section>
  );
}

function Fields({ rules }: { rules: ModerationRules }) {
  const text = words();
  const { common } = t();
  const id = useId();
  const [list, setList] = useState(rules.words.join("\n"));
  const [usesCommon, setUsesCommon] = useState(rules.uses_common_words);
  const [holdsFirst, setHoldsFirst] = useState(rules.holds_first);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    const lines = list.split("\n").map((line) => line.trim());
    try {
      const saved = await api.putModerationRules({
        words: [...new Set(lines)].filter((line) => line !== ""),
        uses_common_words: usesCommon,
        holds_first: holdsFirst,
      });
      setList(saved.words.join("\n"));
      tell(text.saved);
    } catch (cause) {
      setProblem(problemText(toProblem(cause)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="form" onSubmit={submit}>
      <div class="field">
        <label for={id}>{text.words}</label>
        <textarea
          id={id}
          class="input"
          rows={5}
          value={list}
          aria-describedby={`${id}-hint`}
          onInput={(event) => setList(event.currentTarget.value)}
        />
        <p id={`${id}-hint`} class="hint">
          {text.wordsHint}
        </p>
      </div>
      <CheckField label={text.common} isChecked={usesCommon} onChange={setUsesCommon} />
      <CheckField label={text.first} isChecked={holdsFirst} onChange={setHoldsFirst} />
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <footer class="form__actions">
        <button type="submit" class="button" disabled={isBusy}>
          {isBusy ? common.saving : common.save}
        </button>
      </footer>
    </form>
  );
}
