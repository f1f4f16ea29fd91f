import { useEffect, useRef, useState } from "preact/hooks";
import { toProblem } from "../../lib/problem";
import type { Order } from "../../lib/types";
import * as api from "../api";
import { may } from "../session";
import { dateTime, problemText, t } from "../texts";
import { tell } from "../toaster";

type Props = { order: Order; onChange: (order: Order) => void; onReload: () => void };

/** Pieces that are set aside, and the way to free them before their time. */
export function OrderReservation(props: Props) {
  const { order } = props;
  const words = t().orders.reservation;
  const isHeld = order.status === "reserved" || order.status === "open";
  if (!isHeld && order.status !== "releasing") return null;
  return (
    <section class="panel">
      <h2 class="panel__title">{words.title}</h2>
      <p class="panel__text" role="status">
        {!isHeld
          ? words.releasing
          : order.reserved_until === null
            ? words.noEnd
            : words.until(dateTime(order.reserved_until))}
      </p>
      {isHeld && may("refunds") && <EndReservation {...props} />}
    </section>
  );
}

/** Asks in place before it ends what the buyer relies on. */
function EndReservation({ order, onChange, onReload }: Props) {
  const words = t().orders.reservation;
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isAsking) keep.current?.focus();
  }, [isAsking]);

  const end = async () => {
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    try {
      onChange(await api.endReservation(order.id));
      tell(words.ended);
    } catch (cause) {
      setProblem(problemText(toProblem(cause)));
      // Most likely the buyer paid meanwhile.
      onReload();
    } finally {
      setBusy(false);
    }
  };
  if (!isAsking) {
    return (
      <div class="form__actions">
        <button type="button" class="button" onClick={() => setAsking(true)}>
          {words.end}
        </button>
      </div>
    );
  }
  return (
    <>
      <p class="note">{words.sure}</p>
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <div class="form__actions">
        <button
          ref={keep}
          type="button"
          class="button"
          disabled={isBusy}
          onClick={() => setAsking(false)}
        >
          {words.keep}
        </button>
        <button
          type="button"
          class="button is-danger"
          aria-disabled={isBusy}
          // The second half of a double click on the step before is no answer to this one.
          onClick={(event) => event.detail < 2 && end()}
        >
          {isBusy ? words.ending : words.confirm}
        </button>
      </div>
    </>
  );
}
