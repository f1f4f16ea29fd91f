/** The sites that may show the shop's shows. */
import { useState } from "preact/hooks";
import { toProblem } from "../../../lib/problem";
import type { EmbedSettings } from "../../../lib/types";
import * as api from "../../api";
import { AreaField } from "../../components/AreaField";
import { focusFirstError } from "../../focus";
import { problemText, t } from "../../texts";
import { tell } from "../../toaster";
import { sitesIn } from "./snippet";
import { embeddingTexts } from "./texts";

type Props = { settings: EmbedSettings; onSaved: (settings: EmbedSettings) => void };

export function SitesForm({ settings, onSaved }: Props) {
  const words = embeddingTexts.value;
  const { common } = t();
  const [text, setText] = useState(settings.sites.join("\n"));
  const [error, setError] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    setError(null);
    const sites = sitesIn(text);
    try {
      const kept = await api.putEmbedSettings({ sites });
      setText(kept.sites.join("\n"));
      onSaved(kept);
      tell(words.saved);
    } catch (cause) {
      const refusal = toProblem(cause);
      const [first] = refusal.errors;
      if (first) {
        const site = sites[Number(/^\/sites\/(\d+)$/.exec(first.pointer)?.[1] ?? Number.NaN)];
        setError(first.code);
        if (site !== undefined) setProblem(words.refused(site));
        focusFirstError();
      } else setProblem(problemText(refusal));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="panel form" onSubmit={submit} noValidate>
      <h2 class="panel__title">{words.sites}</h2>
      <p class="panel__text">{words.sitesText}</p>
      <AreaField
        label={words.sitesLabel}
        hint={words.sitesHint}
        rows={4}
        isOptional
        value={text}
        error={error}
        onChange={setText}
      />
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <footer class="form__actions">
        <button type="submit" class="button is-primary" disabled={isBusy}>
          {isBusy ? common.saving : common.save}
        </button>
      </footer>
    </form>
  );
}
