import { useState } from "preact/hooks";
import { randomId } from "../../lib/id";
import { toProblem } from "../../lib/problem";
import type { Order } from "../../lib/types";
import { lang } from "../../ui/lang";
import * as api from "../api";
import { Dialog } from "../components/Dialog";
import { focusFirstError } from "../focus";
import { type FieldErrors, NO_ERRORS, stillWrong } from "../forms/errors";
import { problemText, t } from "../texts";
import { tell } from "../toaster";
import { RefundConfirm } from "./RefundConfirm";
import { RefundFields } from "./RefundFields";
import {
  type CheckedRefund,
  errorsIn,
  isSurelyUndone,
  newRefund,
  type RefundDraft,
  refusedFields,
  requestOf,
} from "./refundForm";

type Props = {
  order: Order;
  isOpen: boolean;
  onDone: (order: Order) => void;
  /** The order may stand otherwise than it is shown. */
  onRefused: () => void;
  onClose: () => void;
};

/** Asks how much goes back, then asks again with the amount in words. */
export function RefundDialog(props: Props) {
  return (
    <Dialog isOpen={props.isOpen} title={t().orders.refund.dialog} onClose={props.onClose}>
      {/* Drawn only while open, so each opening starts with a key and fields of its own. */}
      <RefundSteps {...props} />
    </Dialog>
  );
}

function RefundSteps({ order, onDone, onRefused, onClose }: Props) {
  const [draft, setDraft] = useState<RefundDraft>(() => newRefund(order, lang.value));
  const [checked, setChecked] = useState<CheckedRefund | null>(null);
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [key, setKey] = useState(randomId);

  const write = (change: Partial<RefundDraft>) => {
    const next = { ...draft, ...change };
    setDraft(next);
    setErrors(stillWrong(errors, errorsIn(next, order)));
    setProblem(null);
  };
  const goOn = () => {
    setErrors(errorsIn(draft, order));
    setChecked(requestOf(draft, order));
    if (errorsIn(draft, order).size > 0) focusFirstError();
  };
  const refund = async ({ body }: CheckedRefund) => {
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    try {
      onDone(await api.refundOrder(order.id, body, key));
      tell(t().orders.refund.asked);
    } catch (cause) {
      const refusal = toProblem(cause);
      const found = refusedFields(refusal, body);
      setErrors(found);
      if (found.size === 0) setProblem(problemText(refusal));
      else setChecked(null);
      if (isSurelyUndone(refusal)) setKey(randomId());
      focusFirstError();
      onRefused();
    } finally {
      setBusy(false);
    }
  };
  if (checked !== null) {
    return (
      <RefundConfirm
        checked={checked}
        problem={problem}
        isBusy={isBusy}
        onConfirm={() => refund(checked)}
        onBack={() => setChecked(null)}
      />
    );
  }
  return (
    <RefundFields
      order={order}
      draft={draft}
      errors={errors}
      onWrite={write}
      onNext={goOn}
      onCancel={onClose}
    />
  );
}
