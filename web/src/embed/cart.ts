/**
 * The cart of the page around in the place of our bag: each change is asked of that page.
 *
 * Sets nothing aside, keeps nothing in the browser: what is shown is what the page agreed to or told.
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { embedEn } from "../i18n/embed.en";
import { embedIt } from "../i18n/embed.it";
import { variantTitle } from "../lib/options";
import type { ShowState } from "../lib/reduce";
import type { ProductView, VariantView } from "../lib/types";
import { dictionary, problemText } from "../ui/lang";
import { bagOf, fullName } from "../viewer/bag/contents";
import { BAG_LINES_MAX, type KeptLine, TEXT_CHARS_MAX } from "../viewer/bag/record";
import { UNITS_MAX } from "../viewer/products/units";
import type { BagStore } from "../viewer/store/bag";
import type { ShopCart } from "../viewer/store/cart";
import { lineDetail } from "./details";
import { type Answer, isRecord, type PageLink } from "./link";
import { countIn, ITEMS_MAX, isNamed } from "./told";

export const embedTexts = dictionary({ en: embedEn, it: embedIt });

export type PageCart = {
  cart: ShopCart;
  bag: BagStore;
  /** Takes what the page says is in it, in place of what was known. */
  set(data: unknown): void;
  /** A refusal is about the last wish; another one is another question. */
  forgive(): void;
  /** Puts one piece in; true when the page took it. */
  addOne(product: ProductView, variant: VariantView): Promise<boolean>;
};

export function createPageCart(link: PageLink, state: ReadonlySignal<ShowState | null>): PageCart {
  const kept = signal<KeptLine[]>([]);
  const isBusy = signal(false);
  const refused = signal<Answer | undefined>(undefined);
  const bag = computed(() => bagOf(kept.value, state.value?.show.lineup ?? []));

  const find = (id: string) => variantsOf(state.value).find(([, variant]) => variant.id === id);
  const unitsOf = (id: string) => kept.value.find((line) => line.variantId === id)?.units ?? 0;
  const put = (product: ProductView, variant: VariantView, units: number) => {
    const rest = kept.value.filter((line) => line.variantId !== variant.id);
    kept.value = units > 0 ? [...rest, keptLine(product, variant, units)] : rest;
  };
  /** One question at a time, so that the answers come in the order of the taps. */
  const change = async (product: ProductView, variant: VariantView, units: number) => {
    if (isBusy.value) return false;
    isBusy.value = true;
    refused.value = undefined;
    const answer = await link.ask("add-to-cart", lineDetail(product, variant, units));
    isBusy.value = false;
    if (answer?.success) put(product, variant, units);
    else refused.value = answer;
    return answer?.success === true;
  };
  const changeById = (id: string, units: number) => {
    const found = find(id);
    if (found) void change(...found, units);
  };
  const add = (product: ProductView, variant: VariantView, units: number) =>
    change(product, variant, Math.min(UNITS_MAX, unitsOf(variant.id) + units));

  return {
    cart: {
      isBusy,
      refusal: computed(() => (refused.value === undefined ? null : refusalText(refused.value))),
      add: () => embedTexts.value.add,
    },
    bag: {
      bag,
      gone: signal([]),
      isEmpty: computed(() => kept.value.length === 0),
      add(product, variant, units) {
        void add(product, variant, units);
        return true;
      },
      setUnits: changeById,
      remove: (id) => changeById(id, 0),
      // What was not bought, what left and what was read are that page's business.
      putBack: () => undefined,
      empty: () => undefined,
      readGone: () => undefined,
    },
    set(data) {
      const lines = isRecord(data) && Array.isArray(data.lines) ? data.lines : [];
      const known = variantsOf(state.value);
      kept.value = lines
        .slice(0, ITEMS_MAX)
        .flatMap((line) => keptIn(line, known))
        .slice(0, BAG_LINES_MAX);
    },
    forgive: () => {
      refused.value = undefined;
    },
    addOne: (product, variant) => add(product, variant, 1),
  };
}

/** Why it did not go in; what a page says in words of its own stays in the page. */
function refusalText(answer: Answer): string {
  const text = embedTexts.value;
  if (answer === null) return text.noAnswer;
  return answer.reason === "out-of-stock" ? problemText({ code: "sold_out" }) : text.refused;
}

function variantsOf(state: ShowState | null): [ProductView, VariantView][] {
  const lineup = state?.show.lineup ?? [];
  return lineup.flatMap((product) =>
    product.variants.map((variant): [ProductView, VariantView] => [product, variant]),
  );
}

/** A line of the page's cart; one that this show does not have is not shown in it. */
function keptIn(line: unknown, known: [ProductView, VariantView][]): KeptLine[] {
  const found = known.find(([, variant]) => isNamed(line, variant));
  const quantity = isRecord(line) ? countIn(line.quantity) : null;
  if (!found || quantity === null || quantity === 0) return [];
  return [keptLine(...found, Math.min(UNITS_MAX, quantity))];
}

function keptLine(product: ProductView, variant: VariantView, units: number): KeptLine {
  const title = fullName(product.title, variantTitle(variant)).slice(0, TEXT_CHARS_MAX);
  const { id, price } = variant;
  return { productId: product.id, variantId: id, title, units, price };
}
