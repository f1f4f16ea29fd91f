/**
 * Lets Stripe's own command line drive the sandbox of a server that it starts and ends.
 *
 *   node tests/stripe/trigger.mjs <stripe> <checkout.session.completed|checkout.session.expired>
 *
 * The event counts only when the server itself says that the session has come to that state and
 * that its webhook was taken.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const KEY = "sk_test_for_the_command_line";
/** A debug build on a busy machine needs some seconds for its first start. */
const START_MS = 60_000;
/** The command line makes six requests, one after the other. */
const TRIGGER_MS = 60_000;
/** The server sends a webhook at once. */
const DELIVERY_MS = 20_000;
const WANTED = {
  "checkout.session.completed": { status: "complete", payment_status: "paid", amount_total: 3000 },
  "checkout.session.expired": { status: "expired", payment_status: "unpaid", amount_total: 3000 },
};

const [stripe, event] = process.argv.slice(2);
const wanted = WANTED[event];
if (!stripe || !wanted) throw new Error("usage: trigger.mjs <stripe> <event>");

const folder = mkdtempSync(join(tmpdir(), "vetrina-stripe-"));
const server = startServer();
try {
  const base = await within(START_MS, "the server to listen", server.base);
  trigger(base);
  const [session] = (await get(base, "/v1/checkout/sessions")).data;
  for (const [name, value] of Object.entries(wanted)) {
    if (session?.[name] !== value)
      throw new Error(`${name} is ${session?.[name]} and not ${value}`);
  }
  await within(DELIVERY_MS, "the webhook to be taken", delivered(base));
  console.log(`${event}: ${session.id} is ${session.status} and ${session.payment_status}`);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}

function startServer() {
  const binary =
    process.env.VETRINA_BINARY ?? resolve(import.meta.dirname, "../../target/debug/vetrina");
  const child = spawn(
    binary,
    ["serve", "--listen", "127.0.0.1:0", "--data", join(folder, "data")],
    {
      env: { PATH: process.env.PATH, VETRINA_SANDBOX_KEY: KEY },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const ended = new Promise((done) => child.on("exit", done));
  const base = new Promise((found, fail) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        const address = /serving on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
        if (address) found(`http://${address}`);
      });
    }
    child.on("error", fail);
    void ended.then((code) => fail(new Error(`the server ended with ${code}`)));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { base, stop };
}

function trigger(base) {
  // Its own folder, so that it neither reads nor writes what the person at this machine has set.
  const { status, stdout, stderr } = spawnSync(
    stripe,
    ["trigger", event, "--api-base", base, "--api-key", KEY],
    {
      env: { PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: join(folder, "config") },
      encoding: "utf8",
      timeout: TRIGGER_MS,
    },
  );
  if (status !== 0) throw new Error(`stripe trigger ended with ${status}\n${stdout}${stderr}`);
}

async function delivered(base) {
  for (;;) {
    const page = await get(base, `/v1/events?type=${event}&delivery_success=true`);
    if (page.data.length === 1) return;
    await new Promise((next) => setTimeout(next, 50));
  }
}

async function get(base, path) {
  const answer = await fetch(`${base}${path}`, { headers: { authorization: `Bearer ${KEY}` } });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

async function within(ms, what, fact) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`waited too long for ${what}`)), ms);
  });
  try {
    return await Promise.race([fact, late]);
  } finally {
    clearTimeout(timer);
  }
}
