/**
 * Maps the product form to requests and a product to the form.
 *
 * Pure: knows neither the server nor components; money is parsed by `lib/money`.
 * Invariant: what the member did not touch is in no request.
 */
import type { Lang } from "../../lib/i18n";
import { moneyInput, parseMoney } from "../../lib/money";
import type {
  Money,
  NewProduct,
  NewVariant,
  Product,
  ProductPatch,
  StockChange,
  Variant,
  VariantPatch,
  WithdrawalExemption,
} from "../../lib/types";
import type { FieldErrors } from "./errors";

export type VariantDraft = {
  /** Tells rows apart while they have no id. */
  key: string;
  id: string | null;
  optionValues: string[];
  sku: string;
  price: string;
  compareAt: string;
  stock: string;
  isOnSale: boolean;
};
export type ProductDraft = {
  title: string;
  description: string;
  optionNames: string[];
  variants: VariantDraft[];
  /** Why a buyer cannot give it back; `none` is the rule. */
  exemption: WithdrawalExemption | "none";
};

/** Size, colour and one more: the most that the common shop systems export. */
export const OPTIONS_MAX = 3;
/** The server keeps titles to one line of this length. */
export const TITLE_LENGTH_MAX = 150;

let lastKey = 0;

/** A row for a variant that does not exist yet, priced like the one above it. */
export function emptyVariant(options: number, like?: VariantDraft): VariantDraft {
  lastKey += 1;
  return {
    key: `new-${lastKey}`,
    id: null,
    optionValues: Array.from({ length: options }, () => ""),
    sku: "",
    price: like?.price ?? "",
    compareAt: like?.compareAt ?? "",
    stock: "",
    isOnSale: true,
  };
}

export function emptyProduct(): ProductDraft {
  return {
    title: "",
    description: "",
    optionNames: [],
    variants: [emptyVariant(0)],
    exemption: "none",
  };
}

export function productDraftOf(product: Product, lang: Lang): ProductDraft {
  return {
    title: product.title,
    description: product.description,
    optionNames: [...product.option_names],
    variants: product.variants.map((variant) => variantDraftOf(variant, lang)),
    exemption: product.exemption ?? "none",
  };
}

function variantDraftOf(variant: Variant, lang: Lang): VariantDraft {
  return {
    key: variant.id,
    id: variant.id,
    optionValues: [...variant.option_values],
    sku: variant.sku ?? "",
    price: moneyInput(variant.price, lang),
    compareAt: variant.compare_at === null ? "" : moneyInput(variant.compare_at, lang),
    stock: String(variant.stock),
    isOnSale: variant.on_sale,
  };
}

/** Finds what the server would refuse anyway, before anything is sent. */
export function checkProduct(draft: ProductDraft, currency: string): FieldErrors {
  const errors = new Map<string, string>();
  if (draft.title.trim() === "") errors.set("/title", "required");
  draft.optionNames.forEach((name, index) => {
    if (name.trim() === "") errors.set(`/option_names/${index}`, "required");
    else if (indexOfFolded(draft.optionNames, name) < index) {
      errors.set(`/option_names/${index}`, "duplicate");
    }
  });
  draft.variants.forEach((variant, index) => {
    checkVariant(variant, currency, `/variants/${index}`, errors);
    const isRepeated = draft.variants
      .slice(0, index)
      .some((other) => areSameOptions(other, variant));
    if (isRepeated) errors.set(`/variants/${index}/option_values`, "duplicate");
  });
  return errors;
}

function checkVariant(
  variant: VariantDraft,
  currency: string,
  pointer: string,
  errors: Map<string, string>,
): void {
  variant.optionValues.forEach((value, index) => {
    if (value.trim() === "") errors.set(`${pointer}/option_values/${index}`, "required");
  });
  const price = parseMoney(variant.price, currency);
  if (price === null) errors.set(`${pointer}/price`, variant.price.trim() ? "amount" : "required");
  if (variant.compareAt.trim() !== "") {
    const before = parseMoney(variant.compareAt, currency);
    if (before === null) errors.set(`${pointer}/compare_at`, "amount");
    else if (price !== null && before.amount <= price.amount) {
      errors.set(`${pointer}/compare_at`, "not_above_price");
    }
  }
  if (parseStock(variant.stock) === null) {
    errors.set(`${pointer}/stock`, variant.stock.trim() ? "count" : "required");
  }
}

/** A whole number of pieces; null when it is none. */
export function parseStock(text: string): number | null {
  return /^\d{1,7}$/.test(text.trim()) ? Number(text.trim()) : null;
}

/** Builds the request for a checked form; null when the form was not checked. */
export function newProductOf(draft: ProductDraft, currency: string): NewProduct | null {
  const variants: NewVariant[] = [];
  for (const variant of draft.variants) {
    const body = newVariantOf(variant, currency);
    if (body === null) return null;
    variants.push(body);
  }
  return {
    title: draft.title.trim(),
    description: draft.description.trim(),
    option_names: draft.optionNames.map((name) => name.trim()),
    variants,
    ...(draft.exemption === "none" ? {} : { exemption: draft.exemption }),
  };
}

function newVariantOf(variant: VariantDraft, currency: string): NewVariant | null {
  const price = parseMoney(variant.price, currency);
  const stock = parseStock(variant.stock);
  if (price === null || stock === null) return null;
  return {
    option_values: variant.optionValues.map((value) => value.trim()),
    sku: skuOf(variant),
    price,
    compare_at: compareAtOf(variant, currency),
    stock,
    on_sale: variant.isOnSale,
  };
}

/** One request of a saved form; `index` is the row whose fields show a refusal. */
export type ProductChange =
  | { type: "product"; body: ProductPatch }
  | { type: "variant-delete"; id: string }
  | { type: "variant-patch"; id: string; index: number; body: VariantPatch }
  | { type: "stock"; id: string; index: number; body: StockChange }
  | { type: "variant-add"; index: number; body: NewVariant };

/** Lists the requests that turn `product` into the checked form, product first. */
export function changesOf(
  product: Product,
  draft: ProductDraft,
  currency: string,
): ProductChange[] {
  const body = productPatchOf(product, draft);
  const changes: ProductChange[] = body === null ? [] : [{ type: "product", body }];
  // Rows are added before others go: a product keeps at least one variant at every step.
  draft.variants.forEach((variant, index) => {
    changes.push(...variantChangesOf(product, variant, index, currency));
  });
  for (const { id } of product.variants) {
    if (!draft.variants.some((variant) => variant.id === id))
      changes.push({ type: "variant-delete", id });
  }
  return changes;
}

function productPatchOf(product: Product, draft: ProductDraft): ProductPatch | null {
  const body: ProductPatch = {};
  if (draft.title.trim() !== product.title) body.title = draft.title.trim();
  if (draft.description.trim() !== product.description) body.description = draft.description.trim();
  const names = draft.optionNames.map((name) => name.trim());
  if (names.join("\n") !== product.option_names.join("\n")) body.option_names = names;
  if (draft.exemption !== (product.exemption ?? "none")) {
    body.exemption = draft.exemption === "none" ? null : draft.exemption;
  }
  return Object.keys(body).length === 0 ? null : body;
}

function variantChangesOf(
  product: Product,
  draft: VariantDraft,
  index: number,
  currency: string,
): ProductChange[] {
  const old = product.variants.find((variant) => variant.id === draft.id);
  if (old === undefined) {
    const body = newVariantOf(draft, currency);
    return body === null ? [] : [{ type: "variant-add", index, body }];
  }
  const changes: ProductChange[] = [];
  const body = variantPatchOf(old, draft, currency);
  if (body !== null) changes.push({ type: "variant-patch", id: old.id, index, body });
  const stock = parseStock(draft.stock);
  if (stock !== null && stock !== old.stock) {
    changes.push({ type: "stock", id: old.id, index, body: { stock } });
  }
  return changes;
}

function variantPatchOf(old: Variant, draft: VariantDraft, currency: string): VariantPatch | null {
  const body: VariantPatch = {};
  const sku = skuOf(draft);
  if (sku !== old.sku) body.sku = sku;
  const price = parseMoney(draft.price, currency);
  if (price !== null && price.amount !== old.price.amount) body.price = price;
  const compareAt = compareAtOf(draft, currency);
  if (compareAt?.amount !== old.compare_at?.amount) body.compare_at = compareAt;
  if (draft.isOnSale !== old.on_sale) body.on_sale = draft.isOnSale;
  return Object.keys(body).length === 0 ? null : body;
}

/** Where the fields of a change stand in the form. */
export function pointerOf(change: ProductChange): string {
  switch (change.type) {
    case "product":
    case "variant-delete":
      return "";
    case "variant-add":
    case "variant-patch":
    case "stock":
      return `/variants/${change.index}`;
    default: {
      const impossible: never = change;
      return impossible;
    }
  }
}

/** Gives rows that were added meanwhile the ids they got, so that they are never added twice. */
export function adoptIds(draft: ProductDraft, product: Product): ProductDraft {
  const taken = new Set(draft.variants.map((variant) => variant.id));
  const variants = draft.variants.map((variant) => {
    if (variant.id !== null) return variant;
    const found = product.variants.find(
      (candidate) =>
        !taken.has(candidate.id) &&
        candidate.option_values.join("\n") === variant.optionValues.map((v) => v.trim()).join("\n"),
    );
    return found === undefined ? variant : { ...variant, id: found.id };
  });
  return { ...draft, variants };
}

function skuOf(variant: VariantDraft): string | null {
  return variant.sku.trim() === "" ? null : variant.sku.trim();
}

function compareAtOf(variant: VariantDraft, currency: string): Money | null {
  return variant.compareAt.trim() === "" ? null : parseMoney(variant.compareAt, currency);
}

function areSameOptions(one: VariantDraft, other: VariantDraft): boolean {
  return one.optionValues.every(
    (value, index) => fold(value) === fold(other.optionValues[index] ?? ""),
  );
}

function indexOfFolded(names: readonly string[], name: string): number {
  return names.findIndex((candidate) => fold(candidate) === fold(name));
}

function fold(text: string): string {
  return text.trim().toLowerCase();
}
