import { useEffect, useMemo, useState } from "preact/hooks";
import { toProblem } from "../../lib/problem";
import type { Retention } from "../../lib/types";
import { Loaded } from "../components/Loaded";
import { TextField } from "../components/TextField";
import { focusFirstError } from "../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS } from "../forms/errors";
import { Resource } from "../pager";
import { t } from "../texts";
import { tell, tellProblem } from "../toaster";
import * as api from "./api";
import { daysOf, type PeriodDraft, periodsOf } from "./periods";
import { privacyTexts } from "./texts";

/** How long the shop keeps what is known of people. */
export function RetentionPanel() {
  const resource = useMemo(() => new Resource<Retention>(api.getRetention), []);
  useEffect(() => {
    void resource.load();
    return () => resource.stop();
  }, [resource]);
  return <Loaded resource={resource}>{(kept) => <RetentionForm kept={kept} />}</Loaded>;
}

export function RetentionForm({ kept }: { kept: Retention }) {
  const words = privacyTexts.value;
  const { common } = t();
  const [draft, setDraft] = useState<PeriodDraft>(() => periodsOf(kept));
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setErrors(NO_ERRORS);
    try {
      setDraft(periodsOf(await api.putRetention(daysOf(draft))));
      tell(words.retentionSaved);
    } catch (cause) {
      const found = errorsOf(toProblem(cause));
      setErrors(found);
      if (found.size === 0) tellProblem(cause);
      focusFirstError();
    } finally {
      setBusy(false);
    }
  };
  const field = (name: keyof Retention) => ({
    inputMode: "numeric" as const,
    value: draft[name],
    error: errorAt(errors, `/${name}`),
    onChange: (value: string) => setDraft({ ...draft, [name]: value }),
  });
  return (
    <form class="panel form" aria-labelledby="retention-title" onSubmit={submit} noValidate>
      <h2 id="retention-title" class="panel__title">
        {words.retention}
      </h2>
      <p class="panel__text">{words.retentionText}</p>
      <div class="field-row">
        <TextField label={words.chatDays} hint={words.chatDaysHint} {...field("chat_days")} />
        <TextField
          label={words.addressDays}
          hint={words.addressDaysHint}
          {...field("address_days")}
        />
      </div>
      <div class="field-row">
        <TextField label={words.unpaidDays} hint={words.unpaidDaysHint} {...field("unpaid_days")} />
        <TextField label={words.auditDays} hint={words.auditDaysHint} {...field("audit_days")} />
      </div>
      <footer class="form__actions">
        <button type="submit" class="button is-primary" disabled={isBusy}>
          {isBusy ? common.saving : words.setPeriods}
        </button>
      </footer>
    </form>
  );
}
