/** What the events of the element carry; docs/embed.md describes it. Nothing in it names a person. */
import { variantTitle } from "../lib/options";
import type { Checkout, Money, ProductView, VariantView } from "../lib/types";

export type VariantDetail = {
  id: string;
  sku: string | null;
  title: string;
  price: Money;
  available: number;
};

export function variantDetail(variant: VariantView): VariantDetail {
  const { id, sku, price, available, on_sale } = variant;
  return { id, sku, title: variantTitle(variant), price, available: on_sale ? available : 0 };
}

export function productDetail({ id, handle, title, variants }: ProductView) {
  return { id, handle, title, variants: variants.map(variantDetail) };
}

/** `quantity` is how many of the variant the cart is to hold then; 0 takes it out. */
export function lineDetail(product: ProductView, variant: VariantView, quantity: number) {
  const { id, handle, title } = product;
  return {
    product: { id, handle, title },
    variant: variantDetail(variant),
    sku: variant.sku,
    quantity,
  };
}

/** `order` is the number for people. */
export function checkoutDetail({ number, total, is_test, lines }: Checkout) {
  return {
    order: number,
    total,
    isTest: is_test,
    lines: lines.map((line) => ({
      product: line.product_id,
      variant: line.variant_id,
      title: line.title,
      price: line.unit_amount,
      quantity: line.units,
    })),
  };
}
