/** Asks for the terms of an offer, with the price that it has to be below in sight. */
import { useEffect, useState } from "preact/hooks";
import { type ApiProblem, toProblem } from "../../lib/problem";
import type { LowestPrice, ProductView } from "../../lib/types";
import * as api from "../api";
import { Dialog } from "../components/Dialog";
import { TextField } from "../components/TextField";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS } from "../forms/errors";
import { date, money, problemText, t } from "../texts";
import { tellUndoable } from "../toaster";
import { EMPTY_OFFER, type OfferDraft, readOffer } from "./form";
import { offering } from "./texts";

type Props = { showId: string; product: ProductView | null; onClose: () => void };

export function OfferDialog({ showId, product, onClose }: Props) {
  return (
    <Dialog isOpen={product !== null} title={offering.value.title} onClose={onClose}>
      {product && <Form key={product.id} showId={showId} product={product} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ showId, product, onClose }: Props & { product: ProductView }) {
  const text = offering.value;
  const [draft, setDraft] = useState<OfferDraft>(EMPTY_OFFER);
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const lowest = useLowest(product.id);
  const currency = product.variants[0]?.price.currency ?? "EUR";
  const write = (part: Partial<OfferDraft>) => setDraft({ ...draft, ...part });
  const error = (pointer: string) => errorAt(errors, pointer);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const read = readOffer(draft, product.id, currency);
    setErrors(read.errors);
    setProblem(null);
    if (read.errors.size > 0 || isBusy) return;
    setBusy(true);
    try {
      const offer = await api.startOffer(showId, read.offer);
      const back = () => api.putOfferStatus(showId, offer.id, "undone");
      tellUndoable(text.started(product.title), back);
      onClose();
    } catch (cause) {
      const refused = toProblem(cause);
      const found = errorsOf(refused);
      setErrors(found);
      if (found.size === 0) setProblem(refused);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="form offer-form" onSubmit={submit} noValidate>
      <p class="dialog__text">
        <strong>{product.title}</strong>
      </p>
      {lowest && (
        <p class="dialog__text">
          {text.below(money(lowest.lowest), lowest.lowest_days)} {text.why}
        </p>
      )}
      <TextField
        label={text.price}
        value={draft.price}
        onChange={(price) => write({ price })}
        inputMode="decimal"
        error={error("/price")}
        isRequired
      />
      <div class="offer-form__row">
        <TextField
          label={text.minutes}
          value={draft.minutes}
          onChange={(minutes) => write({ minutes })}
          inputMode="numeric"
          error={error("/secs")}
        />
        <TextField
          label={text.pieces}
          value={draft.pieces}
          onChange={(pieces) => write({ pieces })}
          inputMode="numeric"
          error={error("/units")}
        />
        <TextField
          label={text.cap}
          value={draft.cap}
          onChange={(cap) => write({ cap })}
          inputMode="numeric"
          error={error("/units_per_buyer")}
        />
      </div>
      <p class="dialog__text">{text.ending}</p>
      {problem && (
        <p class="field__error" role="alert">
          {refusalText(problem)}
        </p>
      )}
      <div class="dialog__actions">
        <button type="button" class="button" onClick={onClose}>
          {t().common.cancel}
        </button>
        <button type="submit" class="button is-primary" disabled={isBusy}>
          {isBusy ? text.starting : text.start}
        </button>
      </div>
    </form>
  );
}

/** The server's words, with the day where it names one. */
function refusalText(problem: ApiProblem): string {
  return problem.againAt ? offering.value.again(date(problem.againAt)) : problemText(problem);
}

/** The strictest of the variants' lowest prices; null until it is known. */
function useLowest(productId: string): LowestPrice | null {
  const [lowest, setLowest] = useState<LowestPrice | null>(null);
  useEffect(() => {
    let isGone = false;
    // Without it the form works all the same: the server checks.
    api.getLowestPrices(productId).then(
      ({ variants }) => {
        const strictest = variants.reduce((one, other) =>
          other.lowest.amount < one.lowest.amount ? other : one,
        );
        if (!isGone) setLowest(strictest);
      },
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [productId]);
  return lowest;
}
