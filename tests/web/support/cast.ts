/** The people of one test file, their browser and their server, from first to last. */
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { launchBrowser, type Outfit, type Person } from "./browser";
import { Host } from "./host";
import { REPOSITORY, type Server } from "./server";
import { Viewer } from "./viewer";

/** Where pictures of failed tests are kept. */
const FAILURES = join(REPOSITORY, "target/browser-failures");

export type Cast<S extends Server> = {
  readonly server: S;
  readonly browser: Browser;
  /** Somebody who watches. */
  viewer(outfit: Omit<Outfit, "baseUrl">): Promise<Viewer>;
  /** Somebody who works in the studio. */
  host(outfit: Omit<Outfit, "baseUrl">): Promise<Host>;
  /** They go before the others do. */
  dismiss(person: Person): Promise<void>;
};

/** Draws what everybody sees when a test fails; often that says it all. */
async function keepPictures(test: string, people: ReadonlySet<Person>): Promise<void> {
  for (const person of people) {
    for (const [nth, page] of person.context.pages().entries()) {
      const name = `${test} - ${person.outfit.name} ${nth + 1}`.replace(/[^\w ,-]/g, "");
      await page.screenshot({ fullPage: true, path: join(FAILURES, `${name}.png`) });
    }
  }
}

/** Starts a server and a browser for the tests of this file; after each test all pages must be well. */
export function useCast<S extends Server>(start: () => Promise<S>): Cast<S> {
  let server: S | null = null;
  let browser: Browser | null = null;
  const people = new Set<Person>();
  beforeAll(async () => {
    server = await start();
    browser = await launchBrowser();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await keepPictures(task.name, people);
    for (const person of people) person.assertWell();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  const there = <T>(thing: T | null): T => {
    if (thing === null) throw new Error("the tests of this file have not begun");
    return thing;
  };
  const joined = <T extends { person: Person }>(one: T): T => {
    people.add(one.person);
    return one;
  };
  return {
    get server() {
      return there(server);
    },
    get browser() {
      return there(browser);
    },
    viewer: async (outfit) =>
      joined(await Viewer.enter(there(browser), { ...outfit, baseUrl: there(server).baseUrl })),
    host: async (outfit) =>
      joined(await Host.enter(there(browser), { ...outfit, baseUrl: there(server).baseUrl })),
    async dismiss(person) {
      person.assertWell();
      people.delete(person);
      await person.leave();
    },
  };
}
