/** The sum, what stands in the way, and the way to pay. */

import { formatMoney } from "../../lib/money";
import { variantTitle } from "../../lib/options";
import type { ApiProblem } from "../../lib/problem";
import { lang } from "../../ui/lang";
import { purchaseTexts } from "../checkout/texts";
import { CartRefusal } from "../products/CartFoot";
import { purchaseText } from "../products/purchaseText";
import type { BagProps } from "./BagSheet";
import { fullName } from "./contents";
import { bagTexts } from "./texts";

export function BagFoot(props: BagProps) {
  const { bag, cart, checkout, shutText, onCheckOut, onClose } = props;
  const text = bagTexts.value;
  const { lines, subtotal } = bag.bag.value;
  const problem = checkout.problem.value;
  const isBusy = checkout.isBusy.value;
  if (lines.length === 0) {
    return (
      <button type="button" class="button is-primary is-wide is-buy" onClick={onClose}>
        {purchaseTexts.value.backToShow}
      </button>
    );
  }
  const label = () => {
    if (shutText) return shutText;
    if (isBusy) return purchaseTexts.value.reserving;
    return subtotal ? text.checkOut(formatMoney(subtotal, lang.value)) : text.nothingLeft;
  };
  return (
    <div class="buy-foot">
      {problem && <Refusal {...props} problem={problem} />}
      {cart && <CartRefusal cart={cart} />}
      {subtotal && (
        <p class="bag-sum">
          <span>{text.subtotal}</span>
          <strong class="numeric">{formatMoney(subtotal, lang.value)}</strong>
        </p>
      )}
      <button
        type="button"
        class="button is-primary is-wide is-buy"
        disabled={!subtotal || isBusy || shutText !== null}
        onClick={onCheckOut}
      >
        {isBusy && <span class="spinner" />}
        {label()}
      </button>
    </div>
  );
}

/** Why nothing was reserved; where one line is the reason, the others can go on without it. */
function Refusal({ bag, problem, onCheckOut }: BagProps & { problem: ApiProblem }) {
  const text = bagTexts.value;
  const { lines } = bag.bag.value;
  const line = lines.find(({ variant }) => variant.id === problem.variantId);
  const goOn = () => {
    if (line) bag.remove(line.variant.id);
    onCheckOut();
  };
  return (
    <div class="note is-bad bag-refusal" role="alert">
      <p>
        {line && <strong>{fullName(line.product.title, variantTitle(line.variant))}: </strong>}
        {purchaseText(problem)}
      </p>
      {line && lines.length > 1 && (
        <button type="button" class="button is-small" onClick={goOn}>
          {text.goOnWithout}
        </button>
      )}
    </div>
  );
}
