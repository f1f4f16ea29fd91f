/** The show page's model for a frame: it tells the page around what happens, and hears what that page wants. */
import { computed, effect, signal } from "@preact/signals";
import { firstVariant } from "../lib/options";
import type { ShowState } from "../lib/reduce";
import { createShowModel, type ShowModel } from "../viewer/show/model";
import type { ShowStore } from "../viewer/store/show";
import { createPageCart, embedTexts, type PageCart } from "./cart";
import { lineDetail } from "./details";
import { isRecord, type PageLink } from "./link";
import { dressed, type ToldPrices, withTold } from "./told";

/** Who sells: we, or the page around. */
export type CartKind = "checkout" | "shop";

export function cartIn(search: string): CartKind {
  return new URLSearchParams(search).get("cart") === "shop" ? "shop" : "checkout";
}

export function createEmbedModel(slug: string, search: string, link: PageLink): ShowModel {
  const model =
    cartIn(search) === "shop" ? shopModel(slug, search, link) : createShowModel(slug, search);
  link.on("mute", (data) => {
    const isMuted = !isRecord(data) || data.muted !== false;
    if (isMuted) model.player.setMuted(true);
    else model.player.resume();
  });
  return model;
}

/** The page around knows the prices and holds the cart. */
function shopModel(slug: string, search: string, link: PageLink): ShowModel {
  const told = signal<ToldPrices>(new Map());
  let page: PageCart | null = null;
  const model = createShowModel(slug, search, {
    dress(show: ShowStore) {
      const dress = (state: ShowState | null) => state && dressed(state, told.value);
      return {
        ...show,
        state: computed(() => dress(show.state.value)),
        onScreen: computed(() => dress(show.onScreen.value)),
      };
    },
    bag(show) {
      page = createPageCart(link, show.state);
      return page.bag;
    },
  });
  const cart = page as PageCart | null;
  if (!cart) return model;
  link.on("update-cart", cart.set);
  link.on("update-product", (data) => {
    told.value = withTold(told.value, data);
  });
  effect(() => {
    model.panel.value;
    cart.forgive();
  });
  model.cart = cart.cart;
  model.buyProduct = (product) => {
    const only = product.variants.length === 1 ? firstVariant(product) : null;
    if (!only) return model.openProduct(product);
    void cart.addOne(product, only).then((isIn) => {
      const refusal = cart.cart.refusal.value;
      if (isIn) model.notify(embedTexts.value.added(product.title));
      else if (refusal !== null) model.notify(refusal);
    });
  };
  model.checkOut = async () => {
    const { lines } = model.bag.bag.value;
    link.send("checkout", {
      lines: lines.map(({ product, variant, units }) => lineDetail(product, variant, units)),
    });
    model.panel.value = null;
    model.notify(embedTexts.value.checkOut);
  };
  return model;
}
