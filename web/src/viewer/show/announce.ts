/** Tells those who do not see the screen what is pinned and what runs out. */

import { formatMoney } from "../../lib/money";
import type { ShowState } from "../../lib/reduce";
import type { ViewerEvent } from "../../lib/types";
import type { Announcer } from "../../ui/Announcer";
import { common, lang } from "../../ui/lang";
import { offerTexts } from "../offers/texts";
import { FEW_UNITS } from "../products/Stock";
import { texts } from "../texts";

export function announce(events: ViewerEvent[], state: ShowState, announcer: Announcer): void {
  for (const event of events) {
    const sentence = sentenceOf(event, state);
    if (sentence) announcer.say(sentence);
  }
}

function sentenceOf(event: ViewerEvent, state: ShowState): string | null {
  if (event.type === "product.featured") {
    const product = state.show.lineup.find((other) => other.id === event.data.product_id);
    return product ? texts.value.onScreenNow(product.title) : null;
  }
  if (event.type === "offer.started") {
    const { product_id, price } = event.data.offer;
    const title = titleOf(state, product_id);
    return title && offerTexts.value.started(title, formatMoney(price, lang.value));
  }
  if (event.type === "offer.ended") {
    const title = titleOf(state, event.data.product_id);
    return title && offerTexts.value.over(title);
  }
  if (event.type === "chat.pinned") {
    const { author, text } = event.data;
    return text && `${texts.value.pinned}: ${author.name}, ${text}`;
  }
  if (event.type !== "stock.changed") return null;
  const { product_id, available, on_sale } = event.data;
  // Only what is on screen: the stock of everything else is read when it is looked at.
  if (!state.show.featured.includes(product_id) || available > FEW_UNITS) return null;
  const product = state.show.lineup.find((other) => other.id === product_id);
  if (!product) return null;
  const { soldOut, unitsLeft } = common.value;
  return texts.value.leftOf(
    available > 0 && on_sale ? unitsLeft(available) : soldOut,
    product.title,
  );
}

function titleOf(state: ShowState, id: string): string | null {
  return state.show.lineup.find((product) => product.id === id)?.title ?? null;
}
