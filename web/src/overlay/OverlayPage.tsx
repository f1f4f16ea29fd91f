/** The card over the picture: product, price, stock and the code to scan. */
import { useSignalEffect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { offersEn } from "../i18n/offers.en";
import { offersIt } from "../i18n/offers.it";
import { overlayEn } from "../i18n/overlay.en";
import { overlayIt } from "../i18n/overlay.it";
import { formatMoney, formatPercent, priceRange } from "../lib/money";
import { offerOf, type Repriced, withPrices } from "../lib/offers";
import { availableUnits, featuredProducts } from "../lib/reduce";
import type { ServerClock } from "../lib/time";
import type { OverlayLink, ProductView, VariantOffer } from "../lib/types";
import { applyBrand } from "../ui/brand";
import { Countdown } from "../ui/Countdown";
import { common, dictionary, lang } from "../ui/lang";
import { TestBanner } from "../ui/TestBanner";
import type { OverlayOptions } from "./options";
import type { OverlayStore } from "./store";

/** More than this is plenty; counting it would be pressure, not news. */
const FEW_UNITS = 10;

const texts = dictionary({ en: overlayEn, it: overlayIt });
const offerTexts = dictionary({ en: offersEn, it: offersIt });

/** Nobody buys here, so the server names no prices beyond the offers. */
const NONE: Repriced = new Map();

type Props = { store: OverlayStore; options: OverlayOptions };

export function OverlayPage({ store, options }: Props) {
  useEffect(() => store.start(), [store]);
  useSignalEffect(() => {
    const colour = options.accent ?? store.state.value?.shop.brand_colour;
    if (colour) applyBrand(colour);
  });
  useSignalEffect(() => {
    const chosen = options.lang ?? store.language.value;
    if (chosen) lang.value = chosen;
  });
  const state = store.state.value;
  const isOver = state?.show.status === "ended";
  const product = state && !isOver ? featuredProducts(withPrices(state.show, NONE))[0] : undefined;
  const hasGuide = options.hasGuide;
  return (
    <div class={hasGuide ? "frame has-guide" : "frame"}>
      {product && (
        <Card
          key={product.id}
          product={product}
          clock={store.clock}
          link={store.links.value.get(product.id)}
          isTest={state?.shop.is_test === true}
          options={options}
        />
      )}
      {hasGuide && !product && <Guide store={store} />}
    </div>
  );
}

type CardProps = {
  product: ProductView;
  clock: ServerClock;
  link: OverlayLink | undefined;
  isTest: boolean;
  options: OverlayOptions;
};

function Card({ product, clock, link, isTest, options: { hidden } }: CardProps) {
  const image = product.images[0];
  const offer = offerOf(product);
  const available = availableUnits(product);
  // Two counts below each other are one too many; that none is left is said all the same.
  const isCounted = offer !== null && offer.units_left !== null && !hidden.has("timer");
  return (
    <article class="card" aria-label={texts.value.name}>
      {isTest && <TestBanner />}
      <div class="card-row">
        {image && !hidden.has("picture") && (
          <img class="card-picture" src={image.large_url} alt="" decoding="async" />
        )}
        <div class="card-words">
          <h1 class="card-title">{product.title}</h1>
          <CardPrice product={product} />
          {offer && <FormerPrice offer={offer} />}
          {offer && !hidden.has("timer") && <OfferLeft offer={offer} clock={clock} />}
          {!hidden.has("stock") && !(isCounted && available > 0) && <Stock available={available} />}
        </div>
        {link && available > 0 && !hidden.has("qr") && (
          <Qr link={link} title={product.title} hasCode={!hidden.has("code")} />
        )}
      </div>
    </article>
  );
}

function CardPrice({ product }: { product: ProductView }) {
  const range = priceRange(product.variants);
  if (!range) return null;
  const isOne = range.low.amount === range.high.amount;
  return (
    <p class="card-price">
      {!isOne && <span class="card-from">{texts.value.from} </span>}
      {formatMoney(range.low, lang.value)}
    </p>
  );
}

/** What an offer is held against; stands wherever its price does. */
function FormerPrice({ offer: { lowest, lowest_days, percent } }: { offer: VariantOffer }) {
  return (
    <p class="card-former">
      {offerTexts.value.lowest(lowest_days)} <s>{formatMoney(lowest, lang.value)}</s>
      {percent > 0 && <strong> {formatPercent(-percent, lang.value)}</strong>}
    </p>
  );
}

/** How long and for how many an offer still is, by the server's clock and count. */
function OfferLeft({ offer, clock }: { offer: VariantOffer; clock: ServerClock }) {
  const { ends_at, units_left } = offer;
  if (ends_at === null && units_left === null) return null;
  const text = offerTexts.value;
  return (
    <p class="card-offer">
      {ends_at !== null && (
        <span class="card-timer">
          {text.endsIn} <Countdown until={ends_at} clock={clock} />
        </span>
      )}
      {units_left !== null && <span class="card-left">{text.left(units_left)}</span>}
    </p>
  );
}

function Stock({ available }: { available: number }) {
  if (available <= 0) return <p class="card-stock is-out">{common.value.soldOut}</p>;
  if (available > FEW_UNITS) return <p class="card-stock">{texts.value.available}</p>;
  return <p class="card-stock is-few">{common.value.unitsLeft(available)}</p>;
}

type QrProps = { link: OverlayLink; title: string; hasCode: boolean };

function Qr({ link, title, hasCode }: QrProps) {
  // Shown whole or not at all: half a code is scanned in vain.
  const [isDrawn, setDrawn] = useState(false);
  return (
    <figure class={isDrawn ? "card-qr" : "card-qr is-pending"}>
      <figcaption class="card-scan">{texts.value.scan}</figcaption>
      <img
        src={`/l/${link.code}/qr.svg?size=512`}
        alt={texts.value.qrOf(title)}
        onLoad={() => setDrawn(true)}
      />
      {hasCode && <p class="card-code">{link.url.replace(/^https?:\/\//, "")}</p>}
    </figure>
  );
}

function Guide({ store }: { store: OverlayStore }) {
  const { guide } = texts.value;
  const status = store.status.value;
  return (
    <p class="guide" role="status">
      {status === "online" ? guide.nothing : guide[status]}
    </p>
  );
}
