/** The sheets of the show page; at most one is open. */
import { isOpen, type ShowState } from "../../lib/reduce";
import { Sheet } from "../../ui/Sheet";
import { ChatLog } from "../chat/ChatLog";
import type { ChatView } from "../chat/view";
import { CheckoutSheet } from "../checkout/CheckoutSheet";
import { ProductList } from "../products/ProductList";
import { ProductSheet } from "../products/ProductSheet";
import { texts } from "../texts";
import type { ShowModel } from "./model";
import { ShowComposer } from "./ShowComposer";
import { SlowNote } from "./SlowNote";

type Props = { model: ShowModel; state: ShowState; chatView: ChatView };

export function Panels({ model, state, chatView }: Props) {
  const { checkout, panel } = model;
  const { show } = state;
  const text = texts.value;
  const isCheckoutOpen = checkout.isOpen.value;
  const open = isCheckoutOpen ? null : panel.value;
  const close = () => {
    panel.value = null;
    checkout.clearProblem();
  };
  const id = open?.kind === "product" ? open.id : null;
  const product = show.lineup.find((other) => other.id === id);
  return (
    <>
      <Sheet title={text.products} isOpen={open?.kind === "bag"} onClose={close}>
        <ProductList products={show.lineup} featured={show.featured} onOpen={model.openProduct} />
      </Sheet>
      <Sheet
        title={text.chat}
        isOpen={open?.kind === "chat"}
        onClose={close}
        footer={
          <>
            <SlowNote secs={show.slow_mode_secs} />
            <ShowComposer model={model} state={state} />
          </>
        }
      >
        <ChatLog {...chatView} />
      </Sheet>
      {product && (
        <ProductSheet
          key={product.id}
          product={product}
          isOpen
          shutText={isOpen(show.status) ? null : shutText(state)}
          isBusy={checkout.isBusy.value}
          problem={checkout.problem.value}
          onBuy={checkout.buy}
          onClose={close}
        />
      )}
      <CheckoutSheet
        checkout={checkout.checkout.value}
        clock={model.show.clock}
        isOpen={isCheckoutOpen}
        isBusy={checkout.isBusy.value}
        isExisting={checkout.isExisting.value}
        isGivenUp={checkout.isGivenUp.value}
        problem={checkout.problem.value}
        onDone={checkout.look}
        onElsewhere={checkout.payElsewhere}
        onGiveUp={checkout.giveUp}
        onClose={() => {
          panel.value = null;
          checkout.close();
        }}
      />
    </>
  );
}

function shutText({ show }: ShowState): string {
  return show.status === "ended" ? texts.value.notSellingAnymore : texts.value.notSellingYet;
}
