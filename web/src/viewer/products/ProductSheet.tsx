/** Everything about one product, and the button that buys it. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatMoney, multiply } from "../../lib/money";
import { choose, findVariant, firstVariant, isSellable, listOptions } from "../../lib/options";
import type { ApiProblem } from "../../lib/problem";
import type { ServerClock } from "../../lib/time";
import type { ProductView, VariantView } from "../../lib/types";
import { common, lang } from "../../ui/lang";
import { Price } from "../../ui/Price";
import { Sheet } from "../../ui/Sheet";
import { purchaseTexts } from "../checkout/texts";
import { ShipTo } from "../delivery/ShipTo";
import { OfferNote, ReductionNote } from "../offers/OfferNote";
import { rightsTexts } from "../rights/texts";
import type { BagStore } from "../store/bag";
import type { ShopCart } from "../store/cart";
import type { DeliveryStore } from "../store/delivery";
import { AddButton, BagNote } from "./AddToBag";
import { CartFoot } from "./CartFoot";
import { Gallery } from "./Gallery";
import { OptionPicker } from "./OptionPicker";
import { purchaseText } from "./purchaseText";
import { Quantity } from "./Quantity";
import { Stock } from "./Stock";

type Props = {
  product: ProductView;
  /** The variant to start from; else the first that can be bought. */
  variantId?: string | null;
  /** Puts the focus on the button that buys. */
  isReady?: boolean;
  isOpen: boolean;
  /** Why nothing can be bought now; null while the show sells. */
  shutText: string | null;
  isBusy: boolean;
  problem: ApiProblem | null;
  bag: BagStore;
  /** The cart of the page around, into which everything goes instead of being bought here. */
  cart?: ShopCart | null;
  delivery: DeliveryStore;
  clock: ServerClock;
  onBuy: (variantId: string, units: number) => void;
  /** Another number of pieces is another question: what was refused does not stand any more. */
  onUnits: () => void;
  onOpenBag: () => void;
  onClose: () => void;
  /** Stands below the description. */
  children?: ComponentChildren;
};

export function ProductSheet(props: Props) {
  const { product, isOpen, shutText, isBusy, problem, bag, cart, onBuy, onClose } = props;
  const [chosen, setChosen] = useState(() => [
    ...(startingVariant(product, props.variantId)?.option_values ?? []),
  ]);
  const buyButton = useRef<HTMLButtonElement>(null);
  const isReady = props.isReady === true;
  useEffect(() => {
    if (isReady) buyButton.current?.focus();
  }, [isReady]);
  const [wanted, setWanted] = useState(1);
  const text = purchaseTexts.value;
  const variant = findVariant(product, chosen);
  const canBuy = variant !== null && isSellable(variant);
  const units = Math.max(1, Math.min(wanted, variant?.available ?? 1));
  const had = useRef<string | null>(null);
  if (variant?.offer) had.current = variant.id;
  const isOfferOver = variant !== null && had.current === variant.id && !variant.offer && !problem;
  const count = (next: number) => {
    setWanted(next);
    props.onUnits();
  };
  const label = () => {
    if (shutText) return shutText;
    if (isBusy && !cart) return text.reserving;
    if (!variant || !canBuy) return common.value.soldOut;
    return text.buyFor(formatMoney(multiply(variant.price, units), lang.value));
  };
  const canAdd = canBuy && !shutText;
  const footer = cart ? (
    <CartFoot {...{ cart, bag, product, units }} variant={canAdd ? variant : null} label={label()}>
      {!shutText && <BagNote bag={bag} variant={variant} onOpen={props.onOpenBag} />}
    </CartFoot>
  ) : (
    <div class="buy-foot">
      {problem && (
        <p class="error-text" role="alert">
          {purchaseText(problem)}
        </p>
      )}
      <p class="offer-over" role="status">
        {isOfferOver && text.offerOver(formatMoney(variant.price, lang.value))}
      </p>
      {!shutText && <BagNote bag={bag} variant={variant} onOpen={props.onOpenBag} />}
      <div class="buy-row">
        {canAdd && <AddButton bag={bag} product={product} variant={variant} units={units} />}
        <button
          ref={buyButton}
          type="button"
          class="button is-primary is-wide is-buy"
          disabled={!canBuy || isBusy || shutText !== null}
          onClick={() => variant && onBuy(variant.id, units)}
        >
          {isBusy && <span class="spinner" />}
          {label()}
        </button>
      </div>
    </div>
  );
  return (
    <Sheet title={product.title} isOpen={isOpen} onClose={onClose} isTitleHidden footer={footer}>
      <Gallery images={product.images} title={product.title} />
      <div class="product-body">
        <p class="product-name">{product.title}</p>
        {variant && (
          <p class="product-price">
            <Price value={variant.price} />
            <Stock available={variant.on_sale ? variant.available : 0} />
          </p>
        )}
        {variant?.offer && <OfferNote offer={variant.offer} clock={props.clock} />}
        {variant?.reduction && <ReductionNote reduction={variant.reduction} />}
        {variant && !cart ? (
          <ShipTo delivery={props.delivery} subtotal={multiply(variant.price, units)} />
        ) : (
          <p class="hint">{text.vatIncluded}</p>
        )}
        {listOptions(product, chosen).map((option, at) => (
          <OptionPicker
            key={option.name}
            option={option}
            onChoose={(value) => setChosen(choose(product, chosen, at, value))}
          />
        ))}
        {canAdd && <Quantity units={units} available={variant.available} onChange={count} />}
        {product.exemption && <p class="note">{rightsTexts.value.exemptions[product.exemption]}</p>}
        <div class="description">
          {paragraphs(product.description).map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
        </div>
        {props.children}
      </div>
    </Sheet>
  );
}

/** The variant that was asked for, sold out or not; without one the first that can be bought. */
function startingVariant(product: ProductView, id: string | null | undefined): VariantView | null {
  return product.variants.find((variant) => variant.id === id) ?? firstVariant(product);
}

function paragraphs(text: string): string[] {
  return text.split(/\n{2,}/).filter((paragraph) => paragraph.trim() !== "");
}
