/** The order as its buyer sees it: how it stands, what is in it, where the parcel is. */
import { useEffect, useMemo } from "preact/hooks";
import { orderEn } from "../i18n/order.en";
import { orderIt } from "../i18n/order.it";
import { formatDateTime, formatTime } from "../lib/time";
import type { BuyerOrder } from "../lib/types";
import { applyBrand } from "../ui/brand";
import { LangSwitch } from "../ui/LangSwitch";
import { common, dictionary, lang, problemText } from "../ui/lang";
import { OrderItems } from "./OrderItems";
import { LegalLinks, OrderRights } from "./OrderRights";
import { ParcelFacts } from "./ParcelFacts";
import { createOrderStore, toldStatus } from "./store";

export const texts = dictionary({ en: orderEn, it: orderIt });

export function OrderPage({ token }: { token: string }) {
  const store = useMemo(() => createOrderStore(token), [token]);
  useEffect(() => {
    void store.load();
    return store.watch();
  }, [store]);
  const order = store.order.value;
  const problem = store.problem.value;
  const text = texts.value;
  useEffect(() => {
    if (order) applyBrand(order.brand_colour);
  }, [order?.brand_colour]);
  useEffect(() => {
    document.title = order ? `${text.title(order.number)} – ${order.shop_name}` : "Vetrina";
  }, [order, text]);
  return (
    <>
      {order?.is_test && (
        <aside class="test-banner" aria-label={text.testTitle}>
          {text.testTitle}: {text.testText}
        </aside>
      )}
      <header class="order-top">
        <p class="order-shop">{order?.shop_name}</p>
        <LangSwitch />
      </header>
      <main class="order">
        {order && <Order order={order} />}
        {!order && problem && (
          <div class="order-card" role="alert">
            <h1>{problem.status === 404 ? text.missingTitle : text.failedTitle}</h1>
            <p>{problem.status === 404 ? text.missingText : problemText(problem)}</p>
            {problem.status !== 404 && (
              <button type="button" class="button" onClick={store.load}>
                {common.value.retry}
              </button>
            )}
          </div>
        )}
        {!order && !problem && (
          <p class="order-card" role="status">
            <span class="spinner" /> {common.value.loading}
          </p>
        )}
      </main>
    </>
  );
}

function Order({ order }: { order: BuyerOrder }) {
  const text = texts.value;
  const status = toldStatus(order);
  const state = text.states[status];
  return (
    <>
      <section class={`order-card is-${status}`}>
        <p class="order-number">{text.title(order.number)}</p>
        <div role="status">
          <h1>{state.title}</h1>
          <p>{state.text}</p>
        </div>
        {order.pay_url !== null && (
          <>
            {order.reserved_until !== null && (
              <p>{text.heldUntil(formatTime(order.reserved_until, lang.value))}</p>
            )}
            <a class="button is-primary" href={order.pay_url}>
              {text.pay}
            </a>
          </>
        )}
        {order.shipment !== null && <ParcelFacts shipment={order.shipment} text={text} />}
      </section>
      <OrderItems order={order} text={text} />
      {order.withdrawal !== null && <OrderRights right={order.withdrawal} text={text} />}
      <section class="order-card is-quiet">
        <p>
          {order.paid_at === null
            ? text.ordered(formatDateTime(order.created_at, lang.value))
            : text.paid(formatDateTime(order.paid_at, lang.value))}
        </p>
        {order.shop_email !== null && (
          <p>
            {text.questions} <a href={mailAddress(order, order.shop_email)}>{text.write}</a>
          </p>
        )}
        <p>
          <a href={`${order.data_url}?lang=${lang.value}`}>{text.yourData}</a>
        </p>
        <p>{text.keep}</p>
      </section>
      <LegalLinks order={order} text={text} />
    </>
  );
}

function mailAddress(order: BuyerOrder, email: string): string {
  return `mailto:${email}?subject=${encodeURIComponent(texts.value.title(order.number))}`;
}
