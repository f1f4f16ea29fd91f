/** Money for eyes and from hands; amounts stay integer minor units everywhere else. */
import { localeOf } from "./i18n";
import type { Money, VariantView } from "./types";

/** Formats an amount the way the reader's language writes it, with as many decimals as the currency has. */
export function formatMoney(money: Money, lang: string): string {
  const format = formatter(lang, money.currency);
  return format.format(money.amount / 10 ** digitsOf(format));
}

/** How many decimals a currency has: 2 for EUR, 0 for JPY. */
export function currencyDigits(currency: string): number {
  return digitsOf(formatter("en", currency));
}

const AMOUNTS = /^(\d{1,3}(?:[.,']\d{3})+|\d+)(?:[.,](\d{1,2}))?$/;

/** Reads what a person typed ("1.234,50", "19,9", "20"); null when it is no exact amount. */
export function parseMoney(text: string, currency: string): Money | null {
  const digits = currencyDigits(currency);
  const compact = text.replace(/[\s\u00a0\u202f€$£]/g, "");
  // The last separator is the decimal one; with three digits behind it, as in "1.234", only
  // where the currency has three decimals.
  const amounts = digits > 2 ? /^(\d{1,3}(?:[.,']\d{3})*?|\d+)(?:[.,](\d{1,3}))?$/ : AMOUNTS;
  const match = amounts.exec(compact);
  if (!match) return null;
  const whole = (match[1] ?? "").replace(/[.,']/g, "");
  const fraction = match[2] ?? "";
  if (fraction.length > digits) return null;
  const amount = Number(whole + fraction.padEnd(digits, "0"));
  return Number.isSafeInteger(amount) ? { amount, currency } : null;
}

/** The text for an input field: plain digits with the language's decimal sign. */
export function moneyInput(money: Money, lang: string): string {
  const digits = currencyDigits(money.currency);
  const text = (money.amount / 10 ** digits).toFixed(digits);
  return lang === "it" ? text.replace(".", ",") : text;
}

export function multiply(money: Money, units: number): Money {
  return { amount: money.amount * units, currency: money.currency };
}

/** The span of prices among variants that can be bought, or among all when none can. */
export function priceRange(variants: VariantView[]): { low: Money; high: Money } | null {
  const sellable = variants.filter((variant) => variant.on_sale && variant.available > 0);
  const prices = (sellable.length > 0 ? sellable : variants).map((variant) => variant.price);
  const [first] = prices;
  if (!first) return null;
  return prices.reduce(
    (range, price) => ({
      low: price.amount < range.low.amount ? price : range.low,
      high: price.amount > range.high.amount ? price : range.high,
    }),
    { low: first, high: first },
  );
}

const formatters = new Map<string, Intl.NumberFormat>();

/** `Intl` objects are slow to make and prices are drawn often. */
function formatter(lang: string, currency: string): Intl.NumberFormat {
  const key = `${lang} ${currency}`;
  let format = formatters.get(key);
  if (!format) {
    format = new Intl.NumberFormat(localeOf(lang), { style: "currency", currency });
    formatters.set(key, format);
  }
  return format;
}

function digitsOf(format: Intl.NumberFormat): number {
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/** Whole per cent as the language writes them: `-20 %`. */
export function formatPercent(percent: number, lang: string): string {
  return new Intl.NumberFormat(localeOf(lang), { style: "percent" }).format(percent / 100);
}
