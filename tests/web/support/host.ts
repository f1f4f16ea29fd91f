/** A member of the shop in the studio: what they see and can do, in the words of their language. */
import type { Browser, Locator, Page } from "playwright-core";
import { commonEn } from "../../../web/src/i18n/common.en";
import { commonIt } from "../../../web/src/i18n/common.it";
import { deskEn } from "../../../web/src/i18n/desk.en";
import { deskIt } from "../../../web/src/i18n/desk.it";
import { figuresEn } from "../../../web/src/i18n/figures.en";
import { figuresIt } from "../../../web/src/i18n/figures.it";
import { moderationEn } from "../../../web/src/i18n/moderation.en";
import { moderationIt } from "../../../web/src/i18n/moderation.it";
import { studioEn } from "../../../web/src/i18n/studio.en";
import { studioIt } from "../../../web/src/i18n/studio.it";
import type { Lang } from "../../../web/src/lib/i18n";
import { type Outfit, Person } from "./browser";
import { type Line, readLog } from "./viewer";
import { holds, seen } from "./wait";

const WORDS = {
  it: { ...studioIt, shared: commonIt, desk: deskIt, review: moderationIt, figures: figuresIt },
  en: { ...studioEn, shared: commonEn, desk: deskEn, review: moderationEn, figures: figuresEn },
};

export class Host {
  readonly page: Page;

  constructor(readonly person: Person) {
    this.page = person.page;
  }

  static async enter(browser: Browser, outfit: Outfit): Promise<Host> {
    return new Host(await Person.enter(browser, outfit));
  }

  get words(): (typeof WORDS)[Lang] {
    return WORDS[this.person.outfit.lang];
  }

  /** Signs in by a link that works once. */
  async signIn(url: string): Promise<void> {
    await this.page.goto(url);
    await seen(this.heading(this.words.shows.title));
  }

  heading(name: string): Locator {
    return this.page.getByRole("heading", { name, exact: true });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Goes to an area by the main navigation. */
  async go(area: "shows" | "products" | "orders" | "settings"): Promise<void> {
    const name = this.words.shell[area];
    const nav = this.page.getByRole("navigation", { name: this.words.shell.navigation });
    await nav.getByRole("link", { name, exact: true }).click();
    await seen(this.page.getByRole("heading", { level: 1, name, exact: true }));
  }

  /** Opens the live screen of the show that is on air, from the list of shows. */
  async openLive(title: string): Promise<void> {
    const row = this.page.getByRole("listitem").filter({ hasText: title });
    await row.getByRole("link", { name: this.words.shows.openLive }).click();
    await seen(this.page.getByRole("heading", { level: 1, name: title }));
    await seen(this.sales);
  }

  // The live screen

  get lineup(): Locator {
    return this.page.getByRole("region", { name: this.words.live.lineup, exact: true });
  }

  get sales(): Locator {
    return this.page.getByRole("region", { name: this.words.sales.title, exact: true });
  }

  get orders(): Locator {
    return this.sales.getByRole("list", { name: this.words.sales.newest });
  }

  async pin(title: string): Promise<void> {
    await this.lineup.getByRole("button", { name: this.words.live.pinLabel(title) }).click();
    await seen(this.lineup.getByRole("button", { name: this.words.live.unpinLabel(title) }));
  }

  /** Takes everything off the screen again. */
  async unpinAll(): Promise<void> {
    const name = new RegExp(`^${this.words.live.unpinLabel(".+")}$`);
    const pinned = this.lineup.getByRole("button", { name });
    for (let left = await pinned.count(); left > 0; left -= 1) {
      await pinned.first().click();
      await holds(async () => {
        if ((await pinned.count()) >= left) throw new Error("it is still on screen");
      });
    }
  }

  /** A figure of the sales, by the word beside it. */
  figure(word: string): Locator {
    return this.sales.locator("dl > div").filter({ hasText: word }).getByRole("definition");
  }

  get box(): Locator {
    return this.page.getByRole("textbox", { name: this.words.chat.write });
  }

  async say(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press("Enter");
    await this.sees(text);
  }

  line(text: string): Locator {
    return this.page.getByRole("log").getByRole("listitem").filter({ hasText: text });
  }

  async sees(text: string): Promise<void> {
    await seen(this.line(text));
  }

  readChat(): Promise<Line[]> {
    return readLog(this.page.getByRole("log"));
  }

  /** A notice in the corner. */
  notice(text: string): Locator {
    const notices = this.page.getByRole("region", { name: this.words.common.notices });
    return notices.locator(".toast").filter({ hasText: text });
  }

  /** Takes back what this notice tells of. */
  async undo(text: string): Promise<void> {
    const name = this.words.common.undo;
    await this.notice(text).getByRole("button", { name, exact: true }).click();
  }

  // Questions

  /** Shows the questions instead of the chat. */
  async openQuestions(): Promise<void> {
    const tab = this.page.getByRole("tab", { name: /^(Domande|Questions)/ });
    await tab.click();
  }

  question(text: string): Locator {
    return this.page.locator(".asked").filter({ hasText: text });
  }

  // Moderation

  /** A message that waits, on top of the chat. */
  heldMessage(text: string): Locator {
    return this.page.locator(".held__message").filter({ hasText: text });
  }

  /** The message that viewers see on top of their chat. */
  get pinnedBar(): Locator {
    return this.page.getByRole("region", { name: this.words.review.onTop, exact: true });
  }

  async setSlowMode(secs: number): Promise<void> {
    await this.page
      .getByRole("combobox", { name: this.words.chat.slowMode })
      .selectOption(String(secs));
  }
}
