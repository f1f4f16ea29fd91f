/**
 * People with a browser of their own, and everything that goes wrong in their pages.
 *
 * Invariant: an error in a page, a request to another origin or a failed one fails the test,
 * unless the test said beforehand that it expects it.
 */
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { expect } from "vitest";
import type { Lang } from "../../../web/src/lib/i18n";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--autoplay-policy=no-user-gesture-required",
];

/**
 * How long anything may take to appear: two busy cores are slow, a hang is longer. A pin waits for a
 * picture that such cores let stand still, half a minute at most.
 */
export const PATIENCE_MS = 45_000;

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };

/** The browser inside a chat app, where a payment has a tab of its own. */
export const IN_APP =
  "Mozilla/5.0 (Linux; Android 15; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36 Instagram 390.0.0.28.85 Android";

const LOCALES: Record<Lang, string> = { it: "it-IT", en: "en-GB" };

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
}

export type Outfit = {
  /** Of whom a failure speaks. */
  name: string;
  lang: Lang;
  device: "phone" | "desktop";
  baseUrl: string;
  options?: BrowserContextOptions;
};

export class Person {
  private readonly problems: string[] = [];
  private readonly expected: RegExp[] = [];

  private constructor(
    readonly outfit: Outfit,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async enter(browser: Browser, outfit: Outfit): Promise<Person> {
    const isPhone = outfit.device === "phone";
    const context = await browser.newContext({
      locale: LOCALES[outfit.lang],
      timezoneId: "Europe/Rome",
      viewport: isPhone ? PHONE : DESKTOP,
      isMobile: isPhone,
      hasTouch: isPhone,
      deviceScaleFactor: isPhone ? 2 : 1,
      ...outfit.options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const person = new Person(outfit, context, page);
    person.watch(page);
    context.on("page", (other) => person.watch(other));
    return person;
  }

  get isPhone(): boolean {
    return this.outfit.device === "phone";
  }

  /** From now on this is part of the story, not a fault. */
  expects(problem: RegExp): void {
    this.expected.push(problem);
  }

  /** Fails the test when anything went wrong in a page of this person. */
  assertWell(): void {
    const faults = this.problems.filter((text) => !this.expected.some((known) => known.test(text)));
    this.problems.length = 0;
    expect(faults, `in the browser of ${this.outfit.name}`).toEqual([]);
  }

  async leave(): Promise<void> {
    await this.context.close();
  }

  private watch(page: Page): void {
    const note = (text: string) => this.problems.push(text);
    const { host } = new URL(this.outfit.baseUrl);
    page.on("console", (message) => {
      if (message.type() === "error") note(`console: ${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => note(`page error: ${error.stack ?? error.message}`));
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (/^https?:$/.test(url.protocol) && url.host !== host) note(`third party: ${url.href}`);
    });
    page.on("websocket", (socket) => {
      if (new URL(socket.url()).host !== host) note(`third party: ${socket.url()}`);
    });
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "unknown";
      // A page that is left lets go of what it was loading.
      if (why !== "net::ERR_ABORTED") note(`failed: ${why} ${request.url()}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 500) note(`answer: ${response.status()} ${response.url()}`);
    });
  }
}
