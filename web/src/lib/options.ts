/** Choosing a variant by its options: size, then colour, in any order. */
import type { ProductView, VariantView } from "./types";

export type OptionValue = {
  value: string;
  isChosen: boolean;
  /** Whether some variant with this value, and what is chosen beside it, can be bought. */
  isAvailable: boolean;
};
export type Option = { name: string; values: OptionValue[] };

export function isSellable(variant: VariantView): boolean {
  return variant.on_sale && variant.available > 0;
}

/** The variant to start from: the first that can be bought. */
export function firstVariant(product: ProductView): VariantView | null {
  return product.variants.find(isSellable) ?? product.variants[0] ?? null;
}

/** The variant with exactly these values. */
export function findVariant(product: ProductView, chosen: string[]): VariantView | null {
  return (
    product.variants.find((variant) =>
      product.option_names.every((_, at) => variant.option_values[at] === chosen[at]),
    ) ?? null
  );
}

/** Every option with its values in the order of the variants. */
export function listOptions(product: ProductView, chosen: string[]): Option[] {
  return product.option_names.map((name, at) => {
    const values = [...new Set(product.variants.map((variant) => variant.option_values[at] ?? ""))];
    return { name, values: values.map((value) => optionValue(product, chosen, at, value)) };
  });
}

/** The choice after one value changed; when that combination does not exist, the nearest one that does. */
export function choose(
  product: ProductView,
  chosen: string[],
  at: number,
  value: string,
): string[] {
  const wanted = replaced(chosen, at, value);
  if (findVariant(product, wanted)) return wanted;
  const others = product.variants.filter((variant) => variant.option_values[at] === value);
  const nearest = others.find(isSellable) ?? others[0];
  return nearest ? [...nearest.option_values] : wanted;
}

function optionValue(
  product: ProductView,
  chosen: string[],
  at: number,
  value: string,
): OptionValue {
  const variant = findVariant(product, replaced(chosen, at, value));
  return {
    value,
    isChosen: chosen[at] === value,
    isAvailable: variant !== null && isSellable(variant),
  };
}

/** The title of a variant: `Nero / Grande`; empty for a product without options. */
export function variantTitle(variant: VariantView): string {
  return variant.option_values.join(" / ");
}

function replaced(values: string[], at: number, value: string): string[] {
  return values.map((old, index) => (index === at ? value : old));
}
