import { FileDrop } from "../components/FileDrop";
import { problemText, t } from "../texts";
import { ImportQuestions } from "./ImportQuestions";
import type { ImportStore } from "./importStore";

/** The first step: the file and what it does not say itself. */
export function ChooseFile({ store }: { store: ImportStore }) {
  const { imports } = t();
  const problem = store.problem.value;
  return (
    <section class="panel form">
      <ImportQuestions store={store} />
      {store.isBusy.value ? (
        <p class="working" role="status">
          <span class="spinner" aria-hidden="true" />
          {imports.checking}
        </p>
      ) : (
        <FileDrop
          accept=".csv,.xml,.tsv,text/csv,text/xml,application/xml"
          isMultiple={false}
          text={imports.drop}
          button={imports.choose}
          dropNow={imports.dropNow}
          hint={imports.formats}
          onFiles={([file]) => file !== undefined && store.check(file)}
        />
      )}
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problemText(problem)}
        </p>
      )}
    </section>
  );
}
