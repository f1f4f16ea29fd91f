/** Tells the page around what happens in the show: its state, its products, purchases. */
import { effect } from "@preact/signals";
import { toProblem } from "../lib/problem";
import { featuredProducts } from "../lib/reduce";
import type { Checkout } from "../lib/types";
import { readStored, writeStored } from "../ui/storage";
import type { ShowModel } from "../viewer/show/model";
import { isPayable, isSettled } from "../viewer/store/checkout";
import { checkoutDetail, productDetail } from "./details";
import type { PageLink } from "./link";

/** How often a purchase is looked at that nobody looks at here, because the payment's tab lies over it. */
const LOOK_MS = 5_000;

/** The purchase of this tab that the page was not told the end of; a reload keeps it. */
const STORED_AS = "vetrina.embed.checkout";

export function watchModel(model: ShowModel, link: PageLink): void {
  watchShow(model, link);
  watchProducts(model, link);
  watchPurchases(model, link);
}

function watchShow({ show }: ShowModel, link: PageLink): void {
  let isReady = false;
  let status: string | null = null;
  effect(() => {
    const load = show.load.value;
    if (load.kind === "missing") link.send("state", { status: "missing" });
    const state = show.state.value;
    if (!state) return;
    const { id, slug, title } = state.show;
    if (!isReady) {
      isReady = true;
      const { name, currency } = state.shop;
      link.send("ready", { show: { id, slug, title }, shop: { name, currency } });
    }
    if (state.show.status === status) return;
    status = state.show.status;
    link.send("state", { status });
  });
}

function watchProducts({ show, panel }: ShowModel, link: PageLink): void {
  let featured: string | null = null;
  effect(() => {
    // As viewers see it: a pin waits for the picture.
    const [newest] = show.onScreen.value ? featuredProducts(show.onScreen.value.show) : [];
    if (newest && newest.id !== featured) {
      link.send("product-featured", { product: productDetail(newest) });
    }
    featured = newest?.id ?? null;
  });
  let opened: string | null = null;
  effect(() => {
    const id = panel.value?.kind === "product" ? panel.value.id : null;
    const product = show.state.peek()?.show.lineup.find((other) => other.id === id);
    if (product && id !== opened) link.send("product-click", { product: productDetail(product) });
    opened = id;
  });
}

/** A purchase is told once, whatever became of the tab in which it was paid. */
function watchPurchases({ api, checkout, show }: ShowModel, link: PageLink): void {
  let pending = readStored(STORED_AS, "session");
  const keep = (id: string | null) => {
    pending = id;
    writeStored(STORED_AS, id, "session");
  };
  const learn = (now: Checkout) => {
    if (isPayable(now.status) && pending !== now.id) {
      keep(now.id);
      link.send("checkout", checkoutDetail(now));
    }
    if (now.id !== pending || !isSettled(now.status)) return;
    keep(null);
    if (now.status === "paid" || now.status === "shipped") {
      link.send("purchase", checkoutDetail(now));
    }
  };
  effect(() => {
    if (checkout.checkout.value) learn(checkout.checkout.value);
  });
  const look = async () => {
    if (pending === null || !show.you.value) return;
    // Whoever looks at the page has it asked for already.
    if (checkout.checkout.value && !document.hidden) return;
    try {
      learn(await api.get<Checkout>(`/checkouts/${pending}`));
      if (pending === null) checkout.look();
    } catch (cause) {
      // It is another viewer's; anything else is asked again, as the order is safe with the server.
      const { status } = toProblem(cause);
      if (status === 404 || status === 401) keep(null);
    }
  };
  setInterval(() => void look(), LOOK_MS);
  let isKnown = false;
  effect(() => {
    if (isKnown || !show.you.value) return;
    isKnown = true;
    void look();
  });
}
