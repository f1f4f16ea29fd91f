import { useState } from "preact/hooks";
import { toProblem } from "../../lib/problem";
import type { Order } from "../../lib/types";
import * as api from "../api";
import { SelectField } from "../components/SelectField";
import { TextField } from "../components/TextField";
import { focusFirstError } from "../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS } from "../forms/errors";
import { problemText, t } from "../texts";
import { tell } from "../toaster";
import { CARRIERS, type CarrierChoice, carrierOf, choiceOf } from "./carriers";

type Props = {
  order: Order;
  onDone: (order: Order) => void;
  /** Present where something was told before and is only corrected. */
  onCancel: (() => void) | undefined;
};

/** Marks an order as sent, or corrects what was told of its parcel. */
export function ShipForm({ order, onDone, onCancel }: Props) {
  const { orders, common } = t();
  const earlier = order.shipment?.carrier ?? null;
  const [choice, setChoice] = useState<CarrierChoice>(choiceOf(earlier));
  const [written, setWritten] = useState(choiceOf(earlier) === "other" ? (earlier ?? "") : "");
  const [code, setCode] = useState(order.shipment?.tracking_code ?? "");
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
      const trackingCode = code.trim() === "" ? null : code;
      const parcel = { carrier: carrierOf(choice, written), tracking_code: trackingCode };
      onDone(await api.putShipment(order.id, parcel));
      tell(onCancel === undefined ? orders.sent : orders.mended);
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
    <form class="panel form" onSubmit={submit} noValidate>
      <h2 class="panel__title">{onCancel === undefined ? orders.send : orders.parcel}</h2>
      {order.is_test && <p class="note">{orders.doNotSend}</p>}
      <div class="field-row">
        <SelectField<CarrierChoice>
          label={orders.carrier}
          value={choice}
          options={[
            { value: "", label: orders.noCarrier },
            ...CARRIERS.map((carrier) => ({ value: carrier, label: carrier })),
            { value: "other", label: orders.otherCarrier },
          ]}
          error={choice === "other" ? null : errorAt(errors, "/carrier")}
          onChange={setChoice}
        />
        {choice === "other" && (
          <TextField
            label={orders.carrierName}
            value={written}
            maxLength={60}
            error={errorAt(errors, "/carrier")}
            onChange={setWritten}
          />
        )}
        <TextField
          label={orders.trackingCode}
          value={code}
          isOptional
          maxLength={80}
          error={errorAt(errors, "/tracking_code")}
          onChange={setCode}
        />
      </div>
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <p class="panel__text">{onCancel !== undefined ? orders.mendHint : hintOf(order)}</p>
      <footer class="form__actions">
        {onCancel !== undefined && (
          <button type="button" class="button" onClick={onCancel}>
            {common.cancel}
          </button>
        )}
        <button type="submit" class="button is-primary" disabled={isBusy}>
          {isBusy ? common.saving : onCancel === undefined ? orders.markSent : common.save}
        </button>
      </footer>
    </form>
  );
}

/** Whether the buyer hears of it. */
function hintOf(order: Order): string {
  const { orders } = t();
  return order.buyer?.email ? orders.sendHint : orders.sendHintNoMail;
}
