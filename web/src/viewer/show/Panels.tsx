/** The sheets of the show page; at most one is open. */
import { useEffect, useMemo } from "preact/hooks";
import { type ShowState, sells } from "../../lib/reduce";
import { Sheet } from "../../ui/Sheet";
import { BagBar } from "../bag/BagBar";
import { BagSheet } from "../bag/BagSheet";
import { ChatLog } from "../chat/ChatLog";
import type { ChatView } from "../chat/view";
import { CheckoutSheet } from "../checkout/CheckoutSheet";
import { DataSheet } from "../privacy/DataSheet";
import { ProductList } from "../products/ProductList";
import { ProductSheet } from "../products/ProductSheet";
import { ProductQuestions } from "../questions/ProductQuestions";
import { QuestionsSheet } from "../questions/QuestionsSheet";
import { createQuestionStore } from "../questions/store";
import { questionTexts } from "../questions/texts";
import { SellerLinks } from "../rights/SellerLinks";
import { texts } from "../texts";
import type { ShowModel } from "./model";
import { NoticeSheet } from "./NoticeSheet";
import { createOpenings } from "./openings";
import { ShowComposer } from "./ShowComposer";
import { SlowNote } from "./SlowNote";

export { createSteps } from "../../lib/step";
export { downloadCalendar } from "./calendar";

export type PanelsProps = { model: ShowModel; state: ShowState; chatView: ChatView };

export function Panels({ model, state, chatView }: PanelsProps) {
  const { bag, checkout, panel } = model;
  const { show } = state;
  const seen = model.show.onScreen.value?.show ?? show;
  const text = texts.value;
  const questions = useMemo(
    () => createQuestionStore(model.show, () => model.notify(questionTexts.value.answeredNews)),
    [model],
  );
  const isCheckoutOpen = checkout.isOpen.value;
  const open = isCheckoutOpen ? null : panel.value;
  const shut = sells(show) ? null : shutText(state);
  const close = () => {
    panel.value = null;
    checkout.clearProblem();
  };
  const openData = () => {
    panel.value = { kind: "data" };
  };
  const wanted = open?.kind === "product" ? open : null;
  const product = show.lineup.find((other) => other.id === wanted?.id);
  useOpenings(model, product?.id);
  const about = open?.kind === "questions" ? open.about : undefined;
  useEffect(() => {
    if (about !== undefined) questions.setProduct(about);
  }, [about, questions]);
  return (
    <>
      <Sheet
        title={text.products}
        isOpen={open?.kind === "products"}
        onClose={close}
        footer={bag.isEmpty.value ? null : <BagBar bag={bag} onOpen={model.openBag} />}
      >
        <ProductList
          products={seen.lineup}
          featured={seen.featured}
          clock={model.show.clock}
          onOpen={model.openProduct}
        />
        <SellerLinks slug={state.shop.slug} onData={openData} />
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
      <DataSheet
        model={model}
        isOpen={open?.kind === "data"}
        isOver={show.status === "ended"}
        onClose={close}
      />
      {product && (
        <ProductSheet
          key={product.id}
          product={product}
          variantId={wanted?.variant ?? null}
          isReady={wanted?.isReady === true}
          isOpen
          shutText={shut}
          isBusy={checkout.isBusy.value}
          problem={checkout.problem.value}
          bag={bag}
          cart={model.cart}
          delivery={model.delivery}
          clock={model.show.clock}
          onUnits={checkout.clearProblem}
          onBuy={(variantId, units) => void model.buy([{ variantId, units }])}
          onOpenBag={model.openBag}
          onClose={close}
        >
          <ProductQuestions
            productId={product.id}
            questions={show.questions}
            onAsk={() => model.openQuestions(product.id)}
          />
          <SellerLinks slug={state.shop.slug} onData={openData} />
        </ProductSheet>
      )}
      <NoticeSheet
        open={open}
        onGo={(to) => {
          panel.value = to;
        }}
      />
      <QuestionsSheet
        model={model}
        state={state}
        questions={questions}
        isOpen={open?.kind === "questions"}
        onClose={close}
      />
      <BagSheet
        bag={bag}
        cart={model.cart}
        delivery={model.delivery}
        checkout={checkout}
        isOpen={open?.kind === "bag"}
        shutText={shut}
        onCheckOut={() => void model.checkOut()}
        onClose={close}
      />
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
        onPutBack={model.putBack}
        slug={state.shop.slug}
        onClose={() => {
          // What stood in the bag's way was looked at: the bag comes back.
          if (!checkout.isExisting.value || panel.value?.kind !== "bag") panel.value = null;
          checkout.close();
        }}
      />
    </>
  );
}

/** Has a product counted that is open, for as long as the page stays. */
function useOpenings({ show }: ShowModel, productId: string | undefined): void {
  const openings = useMemo(() => createOpenings(show), [show]);
  useEffect(() => {
    if (productId !== undefined) openings.add(productId);
  }, [openings, productId]);
  useEffect(() => {
    const hidden = () => document.hidden && openings.flush();
    document.addEventListener("visibilitychange", hidden);
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      openings.stop();
    };
  }, [openings]);
}

function shutText({ show }: ShowState): string {
  return show.status === "ended" ? texts.value.notSellingAnymore : texts.value.notSellingYet;
}
