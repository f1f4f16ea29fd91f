import { useEffect, useMemo, useState } from "preact/hooks";
import { LANGS } from "../../lib/i18n";
import { toProblem } from "../../lib/problem";
import type { ContactView } from "../../lib/types";
import { common } from "../../ui/lang";
import * as api from "../api";
import { Loaded } from "../components/Loaded";
import { SelectField } from "../components/SelectField";
import { TextField } from "../components/TextField";
import { focusFirstError } from "../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS } from "../forms/errors";
import { Resource } from "../pager";
import { problemText, t } from "../texts";
import { tell } from "../toaster";

/** How the shop and its people write to each other. */
export function ContactForm() {
  const resource = useMemo(() => new Resource<ContactView>(api.getContact), []);
  useEffect(() => {
    void resource.load();
    return () => resource.stop();
  }, [resource]);
  const { settings } = t();
  return (
    <section class="panel">
      <h2 class="panel__title">{settings.contact}</h2>
      <p class="panel__text">{settings.contactText}</p>
      <Loaded resource={resource}>{(contact) => <Fields contact={contact} />}</Loaded>
    </section>
  );
}

function Fields({ contact }: { contact: ContactView }) {
  const { settings, common: words } = t();
  const [email, setEmail] = useState(contact.email ?? "");
  const [language, setLanguage] = useState(contact.language);
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    setErrors(NO_ERRORS);
    try {
      await api.putContact({ language, email: email.trim() === "" ? null : email.trim() });
      tell(settings.contactSaved);
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
    <form class="form" onSubmit={submit} noValidate>
      {!contact.is_mail_sent && <p class="note">{settings.mailAsFiles}</p>}
      <div class="field-row">
        <TextField
          label={settings.contactEmail}
          hint={settings.contactEmailHint}
          type="email"
          isOptional
          value={email}
          error={errorAt(errors, "/email")}
          onChange={setEmail}
        />
        <SelectField
          label={settings.mailLanguage}
          value={language}
          options={LANGS.map((value) => ({ value, label: common.value.languages[value] }))}
          onChange={setLanguage}
        />
      </div>
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <footer class="form__actions">
        <button type="submit" class="button" disabled={isBusy}>
          {isBusy ? words.saving : words.save}
        </button>
      </footer>
    </form>
  );
}
