/**
 * One purchase at a time: from the click to paid, given up or lapsed.
 *
 * What the server says of the checkout is the truth; the countdown here only shows it.
 */

import { batch, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Api } from "../../lib/api";
import { randomId } from "../../lib/id";
import { type ApiProblem, toProblem } from "../../lib/problem";
import type { Checkout, NewCheckout, OrderStatus, ShowView } from "../../lib/types";
import { lang } from "../../ui/lang";
import { isFramed, wantedUi } from "../checkout/surface";
import { linkCode } from "./arrival";
import type { ViewerSession } from "./session";
import type { ShowStore } from "./show";

/** How often the state is asked for while somebody looks; the same as the server's own poller. */
const POLL_MS = 2_000;
/** The provider closes a page within seconds, or not soon: then the sheet says so. */
const RELEASE_LOOKS_MAX = 10;

/** Pieces of one variant. */
export type Wanted = { variantId: string; units: number };

/** What was clicked, with the key that makes a repeated click the same purchase. */
type Attempt = { wanted: string; key: string };

export type CheckoutStore = {
  checkout: ReadonlySignal<Checkout | null>;
  isBusy: ReadonlySignal<boolean>;
  problem: ReadonlySignal<ApiProblem | null>;
  /** Whether the panel is on screen; a reservation lives on when it is closed. */
  isOpen: ReadonlySignal<boolean>;
  /** The reservation shown is an older one that stood in the way. */
  isExisting: ReadonlySignal<boolean>;
  /** The viewer asked to give it up, so its end is no surprise. */
  isGivenUp: ReadonlySignal<boolean>;
  /** Reserves all of it or nothing, to be sent there; true when it is reserved now. */
  buy(wanted: readonly Wanted[], shipTo: string | null): Promise<boolean>;
  giveUp(): Promise<void>;
  /** Gives the page beside the video up and takes the same pieces to a page in a tab of its own. */
  payElsewhere(): Promise<void>;
  /** Asks at once how it stands. */
  look(): void;
  open(): void;
  close(): void;
  clearProblem(): void;
};

export function isSettled(status: OrderStatus): boolean {
  switch (status) {
    case "reserved":
    case "open":
    case "processing":
    case "releasing":
      return false;
    default:
      return true;
  }
}

/** The states in which it can still be paid. */
export function isPayable(status: OrderStatus): boolean {
  return status === "reserved" || status === "open";
}

/** It was refused because of where it goes. */
export function isAboutDelivery(problem: ApiProblem): boolean {
  return problem.errors.some(({ pointer }) => pointer === "/ship_to");
}

/** It ended without a sale, and no money is on its way. */
export function isLapsed(status: OrderStatus): boolean {
  return status === "expired" || status === "failed" || status === "create_failed";
}

type Context = { api: Api; session: ViewerSession; show: ShowStore; returningId: string | null };

export function createCheckoutStore({ api, session, show, returningId }: Context): CheckoutStore {
  const checkout = signal<Checkout | null>(null);
  const isBusy = signal(false);
  const problem = signal<ApiProblem | null>(null);
  const isOpen = signal(false);
  const isExisting = signal(false);
  const isGivenUp = signal(false);
  let attempt: Attempt | null = null;
  /** Where the page beside the video failed once, it would fail again. */
  let ui = wantedUi();

  const forgive = () =>
    batch(() => {
      problem.value = null;
      if (show.repriced.value.size > 0) show.repriced.value = new Map();
    });
  const take = (next: Checkout) =>
    batch(() => {
      checkout.value = next;
      forgive();
      if (isPayable(next.status)) session.rememberReturn(next.id);
    });
  const refresh = async (id: string) => {
    try {
      const next = await api.get<Checkout>(`/checkouts/${id}`);
      if (checkout.value === null || checkout.value.id === id) take(next);
    } catch (cause) {
      const refused = toProblem(cause);
      // A missed poll is no news; a checkout that is not ours is.
      if (refused.status === 404 || refused.status === 401) problem.value = refused;
    }
  };
  const showExisting = async (id: string) => {
    checkout.value = null;
    await refresh(id);
    batch(() => {
      isExisting.value = true;
      isOpen.value = true;
    });
  };

  keepCurrent(checkout, refresh);
  let isReturnShown = returningId === null;
  effect(() => {
    const you = show.you.value;
    if (!you) return;
    if (!isReturnShown && returningId) {
      isReturnShown = true;
      isOpen.value = true;
      void refresh(returningId);
      return;
    }
    const [held] = you.held;
    const current = checkout.peek();
    if (held && (!current || isSettled(current.status))) take(held);
    else if (current && !isSettled(current.status)) void refresh(current.id);
  });

  return {
    checkout,
    isBusy,
    problem,
    isOpen,
    isExisting,
    isGivenUp,
    async buy(wanted, shipTo) {
      const showId = show.state.value?.show.id;
      if (isBusy.value || !showId || wanted.length === 0) return false;
      const lines = wanted.map(({ variantId, units }) => ({
        variant_id: variantId,
        units,
        ...seenPrice(show.state.value?.show, variantId),
      }));
      const purchase = shipTo === null ? { lines, ui } : { lines, ui, ship_to: shipTo };
      attempt = attemptAt(purchase, attempt);
      batch(() => {
        isBusy.value = true;
        problem.value = null;
        isExisting.value = false;
        isGivenUp.value = false;
      });
      try {
        const body: NewCheckout = credited({ ...purchase, language: lang.value });
        const options = { idempotencyKey: attempt.key };
        await session.ensure(showId, false);
        const next = await api.post<Checkout>(`/shows/${showId}/checkouts`, body, options);
        attempt = null;
        checkout.value = null;
        take(next);
        isOpen.value = true;
        return true;
      } catch (cause) {
        const refused = toProblem(cause);
        if (!mayHaveHappened(refused)) attempt = null;
        if (refused.code === "reservation_exists" && refused.checkoutId) {
          await showExisting(refused.checkoutId);
        } else {
          batch(() => {
            problem.value = refused;
            const { price, variantId } = refused;
            if (price && variantId) {
              show.repriced.value = new Map(show.repriced.value).set(variantId, price);
            }
          });
        }
        return false;
      } finally {
        isBusy.value = false;
      }
    },
    async giveUp() {
      const current = checkout.value;
      if (!current || isBusy.value) return;
      isBusy.value = true;
      isGivenUp.value = true;
      try {
        take(await api.delete<Checkout>(`/checkouts/${current.id}`));
      } catch (cause) {
        batch(() => {
          isGivenUp.value = false;
          problem.value = toProblem(cause);
        });
        await refresh(current.id);
      } finally {
        isBusy.value = false;
      }
    },
    async payElsewhere() {
      const current = checkout.value;
      if (!current || isBusy.value) return;
      ui = "hosted";
      batch(() => {
        isBusy.value = true;
        checkout.value = null;
        problem.value = null;
        isExisting.value = false;
      });
      try {
        const released = await release(api, current.id);
        if (released.status !== "expired") return take(released);
        // Should the pieces go to somebody faster, this is what is left to see.
        isGivenUp.value = true;
        checkout.value = released;
        const lines = current.lines.map(({ variant_id, units, unit_amount }) => ({
          variant_id,
          units,
          seen_price: unit_amount.amount,
        }));
        const body: NewCheckout = credited({ lines, language: lang.value, ui });
        // The country that was chosen for it stands first.
        const [shipTo] = current.delivers_to;
        if (shipTo !== undefined) body.ship_to = shipTo;
        take(await api.post<Checkout>(`/shows/${current.show_id}/checkouts`, body));
        isGivenUp.value = false;
      } catch (cause) {
        checkout.value ??= current;
        problem.value = toProblem(cause);
      } finally {
        isBusy.value = false;
      }
    },
    look: () => {
      if (checkout.value) void refresh(checkout.value.id);
    },
    open: () => {
      isOpen.value = true;
    },
    close: () =>
      batch(() => {
        isOpen.value = false;
        isExisting.value = false;
        forgive();
        if (checkout.value && isSettled(checkout.value.status)) checkout.value = null;
        forgetReturn();
      }),
    clearProblem: forgive,
  };
}

/** Names the link through which the buyer came, which brought the sale. */
function credited(body: NewCheckout): NewCheckout {
  // The tab of the payment cannot read whose purchase it is: browsers keep frames of sites apart.
  if (isFramed()) body.returns_to = "order";
  const link = linkCode();
  return link === null ? body : { ...body, link };
}

/** Gives a reservation back and waits until its page can no longer be paid, so that two never can. */
async function release(api: Api, id: string): Promise<Checkout> {
  let next = await api.delete<Checkout>(`/checkouts/${id}`);
  for (let looks = 0; next.status === "releasing" && looks < RELEASE_LOOKS_MAX; looks += 1) {
    await new Promise((passed) => setTimeout(passed, POLL_MS));
    next = await api.get<Checkout>(`/checkouts/${id}`);
  }
  return next;
}

/** What the page says that a piece costs; nothing for what it does not know. */
function seenPrice(show: ShowView | undefined, id: string): { seen_price?: number } {
  const variants = show?.lineup.flatMap((product) => product.variants) ?? [];
  const seen = variants.find((variant) => variant.id === id)?.price.amount;
  return seen === undefined ? {} : { seen_price: seen };
}

/** The same click again keeps its key; any other is a purchase of its own. */
function attemptAt(purchase: Omit<NewCheckout, "language">, last: Attempt | null): Attempt {
  const wanted = JSON.stringify(purchase);
  return last?.wanted === wanted ? last : { wanted, key: randomId() };
}

/** Where no answer of ours came, the click may have taken effect: the next one must be the same. */
function mayHaveHappened(problem: ApiProblem): boolean {
  const isGateway = problem.status === 502 || problem.status === 504;
  return problem.status === 0 || isGateway || problem.code === "idempotency_in_progress";
}

/** Asks again while the page is looked at and the checkout is not settled. */
function keepCurrent(
  checkout: ReadonlySignal<Checkout | null>,
  refresh: (id: string) => Promise<void>,
): void {
  const ask = () => {
    const current = checkout.peek();
    if (current && !isSettled(current.status) && !document.hidden) void refresh(current.id);
  };
  setInterval(ask, POLL_MS);
  addEventListener("focus", ask);
  document.addEventListener("visibilitychange", ask);
}

/** Once looked at, the return does not come back with a reload. */
function forgetReturn(): void {
  const url = new URL(location.href);
  if (!url.searchParams.has("checkout")) return;
  url.searchParams.delete("checkout");
  history.replaceState(history.state, "", url);
}
