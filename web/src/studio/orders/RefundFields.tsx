import type { Order } from "../../lib/types";
import { TextField } from "../components/TextField";
import { errorAt, type FieldErrors } from "../forms/errors";
import { money, t } from "../texts";
import { RestockField } from "./RestockField";
import { NOTE_CHARS_MAX, type RefundDraft, restockable } from "./refundForm";

type Props = {
  order: Order;
  draft: RefundDraft;
  errors: FieldErrors;
  onWrite: (change: Partial<RefundDraft>) => void;
  onNext: () => void;
  onCancel: () => void;
};

/** The first step: how much, which pieces came back, and why. */
export function RefundFields({ order, draft, errors, onWrite, onNext, onCancel }: Props) {
  const words = t().orders.refund;
  const put = (place: number, units: number) =>
    onWrite({ restock: draft.restock.map((old, line) => (line === place ? units : old)) });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onNext();
  };
  return (
    <form class="form refund-form" onSubmit={submit} noValidate>
      <TextField
        label={words.amount(order.refundable.currency)}
        hint={words.amountHint(money(order.refundable))}
        value={draft.amount}
        inputMode="decimal"
        isRequired
        error={errorAt(errors, "/amount")}
        onChange={(amount) => onWrite({ amount })}
      />
      {order.lines.some((line) => restockable(line) > 0) && (
        <fieldset class="restock">
          <legend class="field__label">{words.restock}</legend>
          <p class="field__hint">{words.restockHint}</p>
          {order.lines.map((line, place) => (
            <RestockField
              key={line.variant_id}
              line={line}
              units={draft.restock[place] ?? 0}
              error={errorAt(errors, `/restock/${place}`)}
              onChange={(units) => put(place, units)}
            />
          ))}
        </fieldset>
      )}
      <TextField
        label={words.note}
        hint={words.noteHint}
        value={draft.note}
        maxLength={NOTE_CHARS_MAX}
        isOptional
        error={errorAt(errors, "/note")}
        onChange={(note) => onWrite({ note })}
      />
      <div class="dialog__actions">
        <button type="button" class="button" onClick={onCancel}>
          {t().common.cancel}
        </button>
        <button type="submit" class="button is-primary">
          {words.next}
        </button>
      </div>
    </form>
  );
}
