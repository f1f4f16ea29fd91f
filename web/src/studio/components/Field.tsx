import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { fieldText, t } from "../texts";

/** What the control inside a field needs to be tied to its label, hint and error. */
export type FieldIds = {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean | undefined;
};

type Props = {
  label: string;
  hint?: string;
  /** A code, translated here. */
  error?: string | null;
  isOptional?: boolean;
  isLabelHidden?: boolean;
  children: (ids: FieldIds) => ComponentChildren;
};

/** Label above, control, then the error or the hint below. */
export function Field({ label, hint, error, isOptional, isLabelHidden, children }: Props) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ? fieldText(error) : hint;
  return (
    <div class="field">
      <label class={isLabelHidden ? "visually-hidden" : "field__label"} for={id}>
        {label}
        {isOptional && <span class="field__optional"> ({t().common.optional})</span>}
      </label>
      {children({
        id,
        "aria-describedby": note ? noteId : undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {note && (
        <p id={noteId} class={error ? "field__error" : "field__hint"}>
          {note}
        </p>
      )}
    </div>
  );
}
