/**
 * Stripe's payment page, opened by its own script.
 *
 * The script comes from Stripe, when somebody pays and not before. It allows one page at a time, so
 * one is closed before the next is opened.
 */
import type { EmbeddedCheckout } from "../../../lib/types";
import type { Opening, OpenPage } from "./open";

/** A script that a blocker holds back may neither load nor fail. */
const LOAD_MS = 15_000;

type PageOptions = { fetchClientSecret: () => Promise<string>; onComplete: () => void };
type StripePage = { mount(place: HTMLElement): void; destroy(): void };
type CreatePage = (options: PageOptions) => Promise<StripePage>;

/** The part of the script's object that is used; releases name the one function differently. */
export type StripeObject = {
  createEmbeddedCheckoutPage?: CreatePage;
  initEmbeddedCheckout?: CreatePage;
};
type StripeOptions = { locale: string; stripeAccount?: string };
type MakeStripe = (key: string, options: StripeOptions) => StripeObject;

declare global {
  interface Window {
    Stripe?: MakeStripe;
  }
}

const scripts = new Map<string, Promise<MakeStripe>>();
const objects = new Map<string, StripeObject>();
/** Settles when the page before has come to its end or never began. */
let before: Promise<unknown> = Promise.resolve();

export async function openStripe({ embedded, lang, place, onDone }: Opening): Promise<OpenPage> {
  const stripe = await stripeOf(embedded, lang);
  const create = stripe.createEmbeddedCheckoutPage ?? stripe.initEmbeddedCheckout;
  if (!create) throw new Error("this release of the script opens no payment pages");
  await before;
  const creating = create.call(stripe, {
    fetchClientSecret: async () => embedded.client_secret,
    onComplete: onDone,
  });
  let closed = () => {};
  before = creating.then(
    () => new Promise<void>((done) => (closed = done)),
    () => undefined,
  );
  const page = await creating;
  page.mount(place);
  return {
    close() {
      page.destroy();
      closed();
    },
  };
}

/** One object for each account and language; more of them only cost time. */
async function stripeOf(embedded: EmbeddedCheckout, lang: string): Promise<StripeObject> {
  const { publishable_key, account, script_url } = embedded;
  if (!publishable_key || !script_url) throw new Error("the account has no key for browsers");
  const make = await loadScript(script_url);
  const name = `${publishable_key} ${account ?? ""} ${lang}`;
  const known = objects.get(name);
  if (known) return known;
  const options = { locale: lang, ...(account && { stripeAccount: account }) };
  const made = make(publishable_key, options);
  objects.set(name, made);
  return made;
}

/** Loads the script once; after a failure the next purchase tries again. */
export function loadScript(url: string): Promise<MakeStripe> {
  const known = scripts.get(url);
  if (known) return known;
  const loading = new Promise<MakeStripe>((loaded, fail) => {
    const script = document.createElement("script");
    const refuse = (why: string) => {
      clearTimeout(timer);
      script.remove();
      scripts.delete(url);
      fail(new Error(why));
    };
    const timer = setTimeout(() => refuse("the script did not load in time"), LOAD_MS);
    script.addEventListener("load", () => {
      if (!window.Stripe) return refuse("the script is not the one that was asked for");
      clearTimeout(timer);
      loaded(window.Stripe);
    });
    script.addEventListener("error", () => refuse("the script did not load"));
    script.src = url;
    script.async = true;
    document.head.append(script);
  });
  scripts.set(url, loading);
  return loading;
}
