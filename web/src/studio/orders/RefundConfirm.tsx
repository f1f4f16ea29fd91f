import { useEffect, useRef } from "preact/hooks";
import { money, t } from "../texts";
import type { CheckedRefund } from "./refundForm";

type Props = {
  checked: CheckedRefund;
  problem: string | null;
  isBusy: boolean;
  onConfirm: () => void;
  onBack: () => void;
};

/** The second step: says what will happen, on the button too. */
export function RefundConfirm({ checked, problem, isBusy, onConfirm, onBack }: Props) {
  const words = t().orders.refund;
  const back = useRef<HTMLButtonElement>(null);
  // The harmless answer has the focus, so that a second Enter gives no money away.
  useEffect(() => back.current?.focus(), []);
  const amount = money(checked.amount);
  const units = (checked.body.restock ?? []).reduce((sum, line) => sum + line.units, 0);
  return (
    <>
      <p>{words.sure(amount)}</p>
      {units > 0 && <p>{words.sureRestock(units)}</p>}
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <div class="dialog__actions">
        <button ref={back} type="button" class="button" disabled={isBusy} onClick={onBack}>
          {t().common.back}
        </button>
        <button
          type="button"
          class="button is-danger numeric"
          aria-disabled={isBusy}
          // The second half of a double click on the step before is no answer to this one.
          onClick={(event) => event.detail < 2 && onConfirm()}
        >
          {isBusy ? words.asking : words.confirm(amount)}
        </button>
      </div>
    </>
  );
}
