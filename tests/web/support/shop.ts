/**
 * A shop's own site, of another origin than the server: its pages carry the script and show elements.
 *
 * Knows what a page hears of its elements; it knows no browser.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { holds } from "./wait";

export type Shop = {
  origin: string;
  /** The address of a page with these elements, each described by its attributes. */
  page(lang: "it" | "en", elements: Record<string, string>[]): string;
  stop(): Promise<void>;
};

/** One event that a page heard of an element. */
export type Told = { type: string; from: string; detail: Record<string, unknown> };

/** Starts it under `localhost`, which is another site than the server's `127.0.0.1`. */
export async function startShop(live: string): Promise<Shop> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (pathname !== "/") return void response.writeHead(204).end();
    const elements: Record<string, string>[] = JSON.parse(searchParams.get("elements") ?? "[]");
    // Its own policy is strict, so that whatever the element does passes one.
    const policy = `default-src 'none'; img-src data:; script-src ${live} 'nonce-n'; frame-src ${live}; style-src 'nonce-n'`;
    response.setHeader("content-security-policy", policy);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(pageOf(live, searchParams.get("lang") ?? "it", elements));
  });
  await new Promise<void>((listening) => server.listen(0, "localhost", listening));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    page: (lang, elements) =>
      `${origin}/?${new URLSearchParams({ lang, elements: JSON.stringify(elements) })}`,
    stop: () => new Promise((done) => void server.close(() => done()).closeAllConnections()),
  };
}

function pageOf(live: string, lang: string, elements: Record<string, string>[]): string {
  const shows = elements.map((attributes) => {
    const written = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
    return `<vetrina-show ${written.join(" ")}></vetrina-show>`;
  });
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Bottega</title>
<link rel="icon" href="data:,">
<style nonce="n">body{margin:0 1rem;font:1rem/1.5 system-ui;background:#fff;color:#222}
vetrina-show:not([layout=overlay],[layout=floating]){display:block;max-width:420px;aspect-ratio:9/16}
vetrina-show[layout=overlay]{display:block;min-height:44px}</style>
<script nonce="n">(${hear})();</script>
<script async src="${live}/embed.js"></script></head>
<body><main><h1>Bottega</h1><p>Prima</p>${shows.join("")}<p>Dopo</p></main></body></html>`;
}

/** Runs in the page, before the script has come. */
function hear(): void {
  const page = globalThis as unknown as { told: Told[]; answer: unknown; shift: number };
  page.told = [];
  page.answer = true;
  page.shift = 0;
  const types = "ready state product-featured product-click add-to-cart checkout purchase close";
  for (const type of types.split(" ")) {
    addEventListener(`vetrina:${type}`, (event) => {
      const { detail, respondWith } = event as CustomEvent & { respondWith(answer: unknown): void };
      const from = (event.target as Element).getAttribute("show") ?? "";
      page.told.push({ type, from, detail: JSON.parse(JSON.stringify(detail)) });
      if (type === "add-to-cart" && page.answer !== undefined) {
        respondWith(Promise.resolve(page.answer));
      }
    });
  }
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      page.shift += (entry as unknown as { value: number }).value;
  }).observe({ type: "layout-shift", buffered: true });
}

type Heard = { told: Told[]; shift: number };

/** All events of this type that the page heard. */
export function toldOf(page: Page, type: string): Promise<Told[]> {
  return page.evaluate(
    (wanted) => (globalThis as unknown as Heard).told.filter((told) => told.type === wanted),
    type,
  );
}

/** The last event of this type, once it is this one. */
export async function tells(
  page: Page,
  type: string,
  is: (detail: Told["detail"]) => boolean = () => true,
): Promise<Told> {
  let found: Told | undefined;
  await holds(async () => {
    found = (await toldOf(page, type)).at(-1);
    if (!found || !is(found.detail)) throw new Error(`${type}: ${JSON.stringify(found)}`);
  });
  if (!found) throw new Error(`no ${type}`);
  return found;
}

/** What the page answers when something is to go into its cart; `undefined` is no answer. */
export function answerWith(page: Page, answer: unknown): Promise<void> {
  return page.evaluate((said) => {
    (globalThis as unknown as { answer: unknown }).answer = said;
  }, answer);
}

/** How far anything on the page has jumped. */
export function shiftOf(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as Heard).shift);
}

type Element = HTMLElement & Record<string, (...values: unknown[]) => unknown>;

/** Calls a method of the first element. */
export function call(page: Page, method: string, ...values: unknown[]): Promise<unknown> {
  return page.evaluate(
    ([name, given]) => {
      const show = document.querySelector<Element>("vetrina-show");
      return show?.[name as string]?.(...(given as unknown[]));
    },
    [method, values] as const,
  );
}
