/** A person who watches a show: what they see and can do, in the words of their language. */
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { bagEn } from "../../../web/src/i18n/bag.en";
import { bagIt } from "../../../web/src/i18n/bag.it";
import { commonEn } from "../../../web/src/i18n/common.en";
import { commonIt } from "../../../web/src/i18n/common.it";
import { purchaseEn } from "../../../web/src/i18n/purchase.en";
import { purchaseIt } from "../../../web/src/i18n/purchase.it";
import { questionsEn } from "../../../web/src/i18n/questions.en";
import { questionsIt } from "../../../web/src/i18n/questions.it";
import { replayEn } from "../../../web/src/i18n/replay.en";
import { replayIt } from "../../../web/src/i18n/replay.it";
import { viewerEn } from "../../../web/src/i18n/viewer.en";
import { viewerIt } from "../../../web/src/i18n/viewer.it";
import type { Lang } from "../../../web/src/lib/i18n";
import { type Outfit, Person } from "./browser";
import { gone, reads, seen } from "./wait";

const WORDS = {
  it: {
    ...viewerIt,
    ...purchaseIt,
    common: commonIt,
    bagWords: bagIt,
    questionWords: questionsIt,
    replay: replayIt,
  },
  en: {
    ...viewerEn,
    ...purchaseEn,
    common: commonEn,
    bagWords: bagEn,
    questionWords: questionsEn,
    replay: replayEn,
  },
};

/** One line of the chat as it is read. */
export type Line = { name: string; badge: string | null; text: string };

export class Viewer {
  constructor(
    readonly person: Person,
    /** The tab that is looked at: a payment ends in one of its own. */
    readonly page: Page = person.page,
  ) {}

  static async enter(browser: Browser, outfit: Outfit): Promise<Viewer> {
    return new Viewer(await Person.enter(browser, outfit));
  }

  static words(lang: Lang): (typeof WORDS)[Lang] {
    return WORDS[lang];
  }

  get words(): (typeof WORDS)[Lang] {
    return WORDS[this.person.outfit.lang];
  }

  /** Opens a show and waits until its chat can be written in, which is when the socket is up. */
  async watch(url: string): Promise<void> {
    await this.page.goto(url);
    await this.isIn();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.isIn();
  }

  /** The count of viewers comes by the socket, and counts at least this one. */
  async isIn(): Promise<void> {
    await reads(this.viewers, /^[1-9]/);
  }

  /** Holds back what the server tells this page from now on, so that it is behind the others. */
  async holdEvents(): Promise<{ begin(): void; end(): void }> {
    let isHeld = false;
    const waiting: (() => void)[] = [];
    await this.page.routeWebSocket(/\/socket$/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((message) => {
        const pass = () => socket.send(message);
        if (isHeld) waiting.push(pass);
        else pass();
      });
    });
    return {
      begin: () => {
        isHeld = true;
      },
      end: () => {
        isHeld = false;
        for (const pass of waiting.splice(0)) pass();
      },
    };
  }

  get viewers(): Locator {
    return this.page.locator(".viewers");
  }

  // Products

  /** What is on screen now: the large card and the small ones. */
  get onScreen(): Locator {
    return this.page.getByRole("region", { name: this.words.onScreen, exact: true });
  }

  /** The large card of what is on screen. */
  get card(): Locator {
    return this.onScreen.getByRole("article");
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  async seesOnScreen(title: string): Promise<void> {
    await seen(this.card.getByRole("heading", { name: title }));
  }

  async openCard(title: string): Promise<void> {
    await this.onScreen.getByRole("button", { name: this.words.details(title) }).click();
    await seen(this.dialog);
  }

  /** Opens a product from the list of all products. */
  async openProduct(title: string): Promise<void> {
    await this.openProducts();
    await this.page
      .getByRole("listitem")
      .getByRole("button", { name: new RegExp(escaped(title)) })
      .click();
    await seen(this.dialog.locator(".product-name").filter({ hasText: title }));
  }

  async openProducts(): Promise<void> {
    if (this.person.isPhone) {
      await this.page.getByRole("button", { name: new RegExp(`^${this.words.products}`) }).click();
      return;
    }
    await this.page.getByRole("tab", { name: new RegExp(`^${this.words.products}`) }).click();
  }

  async closeDialog(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await gone(this.dialog);
  }

  get buyButton(): Locator {
    return this.dialog.locator("button.is-buy");
  }

  // Bag

  /** Puts pieces of a product into the bag, by its sheet. */
  async addToBag(title: string, units = 1): Promise<void> {
    await this.openProduct(title);
    for (let more = 1; more < units; more += 1) {
      await this.dialog.getByRole("button", { name: this.words.more }).click();
    }
    await this.dialog.getByRole("button", { name: this.words.addToBag }).click();
    await seen(this.dialog.getByRole("status").filter({ hasText: this.words.inBag(units) }));
    await this.closeDialog();
  }

  /** The way into the bag, over the video. */
  get bagButton(): Locator {
    return this.page.locator(".bag-button");
  }

  async openBag(): Promise<void> {
    await this.bagButton.click();
    await seen(this.dialog.getByText(this.words.bagWords.subtotal));
  }

  get checkOutButton(): Locator {
    const name = escaped(this.words.bagWords.checkOut("").trim());
    return this.dialog.getByRole("button", { name: new RegExp(`^${name}`) });
  }

  // Buying

  /** Buys from the large card what leaves no choice. */
  async buyFromCard(title: string): Promise<void> {
    const name = new RegExp(`^${this.words.buyNow}\\s*: ${escaped(title)}$`);
    await this.card.getByRole("button", { name }).click();
    await this.isHolding();
  }

  /** The reservation is there: its deadline as a time of day and as time that runs. */
  async isHolding(): Promise<void> {
    await seen(this.dialog.getByText(this.words.heldUntil("00:00").replace(/00:00.*$/, "")));
    await reads(this.dialog.getByRole("timer"), /^\d{1,2}:\d{2}$/);
  }

  get payLink(): Locator {
    return this.dialog.getByRole("link", {
      name: new RegExp(`^${escaped(this.words.pay("").trim())}`),
    });
  }

  /** Follows the link to the pay page, which opens beside the show. */
  async openPayPage(): Promise<PayPage> {
    const opening = this.person.context.waitForEvent("page");
    await this.payLink.click();
    const page = await opening;
    const pay = new PayPage(page, this.person.outfit.lang);
    await seen(pay.payButton);
    return pay;
  }

  /** The pay page beside the show, once it is there. */
  async payBeside(): Promise<PayPage<FrameLocator>> {
    const frame = this.page.frameLocator("iframe.pay-frame");
    const pay = new PayPage(frame, this.person.outfit.lang);
    await seen(pay.payButton);
    return pay;
  }

  /** The number of the order that is confirmed on screen. */
  async readsConfirmation(): Promise<string> {
    await seen(this.dialog.getByText(this.words.paidTitle, { exact: true }));
    const said = (await this.dialog.getByRole("status").textContent()) ?? "";
    const number = new RegExp(
      escaped(this.words.paidTestText("NUMBER")).replace("NUMBER", "(\\S+)"),
    ).exec(said)?.[1];
    if (!number) throw new Error(`no order number in ${said}`);
    return number;
  }

  // Chat

  /** Where the chat is written: in the sheet when that is open. */
  private get writing(): Page | Locator {
    return this.page;
  }

  get box(): Locator {
    return this.writing.getByRole("textbox", { name: this.words.messageLabel });
  }

  get sendButton(): Locator {
    return this.page.locator("form.chat-box button[type=submit]");
  }

  async say(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press("Enter");
  }

  /** The first message: the page asks for a name, then sends what was written. */
  async sayAs(name: string, text: string): Promise<void> {
    await this.say(text);
    const field = this.page.getByRole("textbox", { name: this.words.nameTitle });
    await field.fill(name);
    await field.press("Enter");
    await gone(field);
  }

  /** One line of the chat, wherever it is shown: over the video or beside it. */
  line(text: string): Locator {
    return this.page.getByRole("listitem").filter({ hasText: text });
  }

  async sees(text: string): Promise<void> {
    await seen(this.line(text));
  }

  /** The whole chat from its first line to the last. */
  async readChat(): Promise<Line[]> {
    if (!this.person.isPhone) return readLog(this.page.getByRole("log"));
    await this.page.getByRole("button", { name: this.words.openChat }).click();
    const lines = await readLog(this.dialog.getByRole("log"));
    await this.closeDialog();
    return lines;
  }
}

/** The sandbox's pay page. */
export class PayPage<Place extends Page | FrameLocator = Page> {
  constructor(
    readonly page: Place,
    private readonly lang: Lang,
  ) {}

  get payButton(): Locator {
    return this.page.getByRole("button", { name: this.lang === "it" ? /^Paga / : /^Pay / });
  }

  async payAs(name: string, email: string): Promise<void> {
    await this.page.getByLabel(this.lang === "it" ? /^Nome/ : /^Name/).fill(name);
    await this.page.getByLabel(/^E-mail/).fill(email);
    await this.payButton.click();
  }

  /** Fills the fields of the address, which are there where the shop delivers. */
  async fillAddress(parts: Record<"line1" | "postal_code" | "city", string>): Promise<void> {
    for (const [name, value] of Object.entries(parts)) {
      await this.page.locator(`#${name}`).fill(value);
    }
  }

  async decline(): Promise<void> {
    await this.openOutcomes();
    await this.press("Carta rifiutata", "Card declined");
  }

  /** Opens what else may happen than paying. */
  async openOutcomes(): Promise<void> {
    await this.page
      .getByText(this.lang === "it" ? "Prova un altro esito" : "Try another outcome")
      .click();
  }

  /** Opens what may happen after the payment. */
  async openAfterwards(): Promise<void> {
    await this.page
      .getByText(this.lang === "it" ? "Prova che cosa succede dopo" : "Try what comes after")
      .click();
  }

  /** Presses a button by its name in the page's language. */
  async press(italian: string, english: string): Promise<void> {
    await this.page.getByRole("button", { name: this.lang === "it" ? italian : english }).click();
  }
}

async function readLog(log: Locator): Promise<Line[]> {
  await seen(log);
  return log.getByRole("listitem").evaluateAll((rows) =>
    rows.map((row) => ({
      name: row.querySelector("b")?.textContent ?? "",
      badge: row.querySelector(".badge")?.textContent ?? null,
      text: row.querySelector(".chat-text, .message__text")?.textContent ?? row.textContent ?? "",
    })),
  );
}

export { readLog };

/** A text as a part of a pattern that means just itself. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
