/**
 * Starts the built program with a folder of its own and takes both away again.
 *
 * Knows processes and what the program prints; it knows no browser.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { vi } from "vitest";

export const REPOSITORY = resolve(import.meta.dirname, "../../..");

const BINARY = process.env.VETRINA_BINARY ?? join(REPOSITORY, "target/debug/vetrina");
/** A debug build seeds twelve products with their pictures; a busy machine needs this long. */
const START_MS = 60_000;
/** The server itself gives running requests thirty seconds. */
const STOP_MS = 40_000;
/** Lines of the log that a failure shows. */
const LOG_LINES_SHOWN = 40;

export type Server = {
  baseUrl: string;
  /** Ends the server and removes its data; throws when it did not end well. */
  stop(): Promise<void>;
};

/** The demo shop, as `vetrina demo --json` tells it. */
export type Demo = Server & {
  viewerUrl: string;
  /** Signs the owner in, once. */
  studioUrl: string;
  apiKey: string;
  showId: string;
};

/** A fresh installation that waits to be set up. */
export type Fresh = Server & { setupUrl: string };

export async function startDemo(options: string[] = []): Promise<Demo> {
  const { told, server } = await start(["demo", "--json", ...options], (line) =>
    line.startsWith("{") && line.includes('"base_url"') ? line : null,
  );
  const access: unknown = JSON.parse(told);
  return {
    ...server(textAt(access, "base_url")),
    viewerUrl: textAt(access, "viewer_url"),
    studioUrl: textAt(access, "studio_url"),
    apiKey: textAt(access, "api_key"),
    showId: textAt(access, "show_id"),
  };
}

export async function startFresh(): Promise<Fresh> {
  const { told, server } = await start(
    ["serve"],
    (line) => /https?:\/\/\S+\/setup#token=\S+/.exec(line)?.[0] ?? null,
  );
  return { ...server(new URL(told).origin), setupUrl: told };
}

type Started = { told: string; server(baseUrl: string): Server };

async function start(
  arguments_: string[],
  find: (line: string) => string | null,
): Promise<Started> {
  if (!existsSync(BINARY)) {
    throw new Error(`${BINARY} is missing: run cargo build, or set VETRINA_BINARY`);
  }
  const data = await mkdtemp(join(tmpdir(), "vetrina-web-"));
  const child = spawn(BINARY, [...arguments_, "--listen", "127.0.0.1:0", "--data", data], {
    // What is set for a server on this machine must not reach the one under test.
    env: Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith("VETRINA_")),
    ),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = keepLog(child);
  const ended = new Promise<number | null>((done) => child.on("exit", (code) => done(code)));
  const stop = () => stopChild(child, { data, log, ended });
  try {
    const told = await firstLine(child, { find, ended, log });
    await waitUntilReady(new URL(urlIn(told)).origin);
    return { told, server: (baseUrl) => ({ baseUrl, stop }) };
  } catch (cause) {
    child.kill("SIGKILL");
    await rm(data, { recursive: true, force: true });
    throw cause;
  }
}

function keepLog(child: ChildProcess): string[] {
  const log: string[] = [];
  if (child.stderr) createInterface(child.stderr).on("line", (line) => log.push(line));
  return log;
}

type Waiting = {
  find: (line: string) => string | null;
  ended: Promise<number | null>;
  log: string[];
};

/** The first line that says what is looked for; the server prints on, so reading goes on too. */
function firstLine(child: ChildProcess, { find, ended, log }: Waiting): Promise<string> {
  return new Promise((found, fail) => {
    const tail = () => log.slice(-LOG_LINES_SHOWN).join("\n");
    const timer = setTimeout(
      () => fail(new Error(`the server said nothing useful within ${START_MS} ms\n${tail()}`)),
      START_MS,
    );
    if (!child.stdout) throw new Error("the server's output is not piped");
    createInterface(child.stdout).on("line", (line) => {
      const told = find(line);
      if (told === null) return;
      clearTimeout(timer);
      found(told);
    });
    void ended.then((code) => {
      clearTimeout(timer);
      fail(new Error(`the server ended with ${code} before it was ready\n${tail()}`));
    });
  });
}

function urlIn(told: string): string {
  const url = /https?:\/\/[^"\s]+/.exec(told)?.[0];
  if (!url) throw new Error(`no address in ${told}`);
  return url;
}

async function waitUntilReady(baseUrl: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const answer = await fetch(`${baseUrl}/readyz`);
      if (!answer.ok) throw new Error(`${baseUrl} is not ready: ${answer.status}`);
    },
    { timeout: START_MS, interval: 50 },
  );
}

type Ending = { data: string; log: string[]; ended: Promise<number | null> };

async function stopChild(child: ChildProcess, { data, log, ended }: Ending): Promise<void> {
  let isForced = false;
  const timer = setTimeout(() => {
    isForced = true;
    child.kill("SIGKILL");
  }, STOP_MS);
  child.kill("SIGTERM");
  const code = await ended;
  clearTimeout(timer);
  await rm(data, { recursive: true, force: true });
  const faults = log.filter((line) => /"level":"ERROR"|panicked/.test(line));
  if (isForced) throw new Error(`the server did not end within ${STOP_MS} ms of SIGTERM`);
  if (code !== 0)
    throw new Error(`the server ended with ${code}\n${log.slice(-LOG_LINES_SHOWN).join("\n")}`);
  if (faults.length > 0) throw new Error(`the server logged errors:\n${faults.join("\n")}`);
}

function textAt(value: unknown, key: string): string {
  if (typeof value === "object" && value !== null && key in value) {
    const found: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
    if (typeof found === "string") return found;
  }
  throw new Error(`the server did not tell its ${key}`);
}
