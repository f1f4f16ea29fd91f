import { useMemo } from "preact/hooks";
import { PageHead } from "../components/PageHead";
import { ChooseFile } from "../imports/ChooseFile";
import { ImportDone } from "../imports/ImportDone";
import { ImportPreview } from "../imports/ImportPreview";
import { ImportStore } from "../imports/importStore";
import { t } from "../texts";

/** Import in three steps: choose a file, look at what would happen, let it happen. */
export function ImportPage({ currency }: { currency: string }) {
  const { imports } = t();
  const store = useMemo(() => new ImportStore(currency), [currency]);
  const step = store.step.value;
  const steps = [imports.step1, imports.step2, imports.step3];
  const place = step.kind === "done" ? 2 : step.kind === "checked" ? 1 : 0;
  return (
    <div class="page">
      <PageHead title={imports.title} text={imports.text} back={{ page: "products" }} />
      <ol class="steps">
        {steps.map((name, index) => (
          <li key={name} aria-current={index === place ? "step" : undefined}>
            {name}
          </li>
        ))}
      </ol>
      {step.kind === "choose" && <ChooseFile store={store} />}
      {step.kind === "checked" && <ImportPreview store={store} report={step.report} />}
      {step.kind === "done" && <ImportDone store={store} report={step.report} />}
    </div>
  );
}
