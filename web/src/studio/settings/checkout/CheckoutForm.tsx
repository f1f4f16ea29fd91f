import { CheckField } from "../../components/CheckField";
import { focusFirstError } from "../../focus";
import { problemText, t } from "../../texts";
import { tell } from "../../toaster";
import type { CheckoutEditor } from "./store";
import { Zones } from "./Zones";

/** Where the shop delivers to, and what buyers are asked for or may enter beside it. */
export function CheckoutForm({ editor }: { editor: CheckoutEditor }) {
  const { checkout: words, common } = t();
  const draft = editor.draft.value;
  const problem = editor.problem.value;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (await editor.save()) tell(common.saved);
    else focusFirstError();
  };
  return (
    <form class="product-form" onSubmit={submit} noValidate>
      <Zones editor={editor} />
      <section class="panel">
        <h2 class="panel__title">{words.askTitle}</h2>
        <CheckField
          label={words.phone}
          hint={words.phoneHint}
          isChecked={draft.asksForPhone}
          onChange={(asksForPhone) => editor.write({ asksForPhone })}
        />
        <CheckField
          label={words.promotions}
          hint={words.promotionsHint}
          isChecked={draft.takesPromotionCodes}
          onChange={(takesPromotionCodes) => editor.write({ takesPromotionCodes })}
        />
        <CheckField
          label={words.tax}
          hint={words.taxHint}
          isChecked={draft.automaticTax}
          onChange={(automaticTax) => editor.write({ automaticTax })}
        />
      </section>
      <footer class="save-bar">
        <div class="save-bar__words" role="status">
          {problem !== null ? (
            <span class="field__error">{problemText(problem)}</span>
          ) : editor.errors.value.size > 0 ? (
            <span class="field__error">{words.incomplete}</span>
          ) : (
            editor.isDirty.value && <span>{words.unsaved}</span>
          )}
        </div>
        <button
          type="submit"
          class="button is-primary"
          disabled={editor.isBusy.value || !editor.isDirty.value}
        >
          {editor.isBusy.value ? common.saving : common.save}
        </button>
      </footer>
    </form>
  );
}
