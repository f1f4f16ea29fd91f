/** Puts the proxies, configured as the manual says, before a real server. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { get, request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { folder, has, ROOT, text } from "./support.mjs";

const PROGRAM = process.env.VETRINA_BINARY ?? join(ROOT, "target/debug/vetrina");
/** How long a program may take to listen, on a machine that builds something beside it. */
const START_MS = 120_000;
/** Between two looks at whether it does. */
const POLL_MS = 50;

/**
 * A port that nobody has, for a program that is yet to start. Linux gives ports above 32,767 to
 * connections and to servers that ask for any, which could be quicker than that program.
 */
async function freePort() {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(20_000, 32_768);
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
  throw new Error("no port is free");
}

function start(t, program, args, env = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said += bytes));
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  return { child, said: () => said };
}

function fetch(port, path, headers = {}) {
  return new Promise((resolve, reject) => {
    const asked = get({ host: "127.0.0.1", port, path, headers, agent: false }, (answer) => {
      let body = "";
      answer.on("data", (bytes) => (body += bytes)).on("end", () => resolve({ status: answer.statusCode, body, headers: answer.headers }));
    });
    asked.on("error", reject);
  });
}

/** Asks until the server behind is ready, and fails when its program ends or takes too long. */
async function ready(port, path, process) {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const answer = await fetch(port, path).catch(() => null);
    if (answer?.status === 200) return;
    assert.equal(process.child.exitCode, null, process.said());
    assert.ok(Date.now() < deadline, `${path} is not ready: ${process.said()}`);
    await pause(POLL_MS);
  }
}

/** Begins a socket from an address of this machine; it stays open until its test ends. */
function upgrade(t, port, path, from, more = {}) {
  return new Promise((resolve, reject) => {
    const headers = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      "sec-websocket-protocol": "vetrina.v1",
      origin: `http://127.0.0.1:${port}`,
      ...more,
    };
    const asked = request({ host: "127.0.0.1", port, path, headers, agent: false, localAddress: from });
    asked.on("upgrade", (answer, socket) => {
      socket.on("error", () => {});
      t.after(() => socket.destroy());
      resolve({ status: answer.statusCode, protocol: answer.headers["sec-websocket-protocol"] });
    });
    asked.on("response", (answer) => resolve({ status: answer.statusCode }));
    asked.on("error", reject);
    asked.end();
  });
}

/** A demo shop that is reached under the proxy's address; answers its port and an API key. */
async function shop(t, proxyPort) {
  const port = await freePort();
  const env = {
    VETRINA_LISTEN: `127.0.0.1:${port}`,
    VETRINA_DATA: join(folder(t), "data"),
    VETRINA_PUBLIC_URL: `http://127.0.0.1:${proxyPort}`,
    VETRINA_TRUSTED_PROXIES: "127.0.0.1/32",
    VETRINA_SOCKETS_PER_ADDRESS: "1",
  };
  const server = start(t, PROGRAM, ["demo", "--json"], env);
  await ready(port, "/readyz", server);
  // Its logs are lines of JSON too.
  const line = () => server.said().split("\n").find((line) => line.includes('"api_key"') && line.endsWith("}"));
  while (!line()) await once(server.child.stdout, "data");
  return { node: port, key: JSON.parse(line()).api_key };
}

/** What every proxy has to let through, keep back and tell. */
async function check(t, port, key) {
  assert.equal((await fetch(port, "/metrics")).status, 404, "counters are not for the outside");
  const shows = await fetch(port, "/api/v1/shows", { authorization: `Bearer ${key}` });
  assert.equal(shows.status, 200, shows.body);
  const live = JSON.parse(shows.body).items.find(({ status }) => status === "live");
  const path = `/api/v1/shows/${live.id}/socket`;
  const open = { status: 101, protocol: "vetrina.v1" };
  // One socket an address, so the server shows whom it takes somebody for.
  assert.deepEqual(await upgrade(t, port, path, "127.0.0.2"), open);
  assert.deepEqual(await upgrade(t, port, path, "127.0.0.3"), open, "all viewers count as one");
  const claims = { "x-forwarded-for": "198.51.100.7" };
  assert.equal((await upgrade(t, port, path, "127.0.0.2", claims)).status, 429, "a viewer says who he is");
}

const isBuilt = (t) => {
  if (!existsSync(PROGRAM)) t.skip(`${PROGRAM} is not built`);
  return existsSync(PROGRAM);
};

test("Caddy lets sockets through and keeps counters back", async (t) => {
  if (!isBuilt(t) || !has(t, "caddy", "no request goes through it")) return;
  const port = await freePort();
  const home = folder(t);
  const { node, key } = await shop(t, port);
  const env = {
    SHOP_DOMAIN: `http://127.0.0.1:${port}`,
    SHOP_NODES: `127.0.0.1:${node}`,
    CADDY_ADMIN: `127.0.0.1:${await freePort()}`,
    HOME: home,
    XDG_DATA_HOME: home,
    XDG_CONFIG_HOME: home,
  };
  const caddy = start(t, "caddy", ["run", "--adapter", "caddyfile", "--config", join(ROOT, "deploy/Caddyfile")], env);
  await ready(port, "/readyz", caddy);
  await check(t, port, key);
});

test("nginx does so as the manual has it", async (t) => {
  if (!isBuilt(t) || !has(t, "nginx", "no request goes through it")) return;
  const port = await freePort();
  const { node, key } = await shop(t, port);
  const [, manual] = /```nginx\n([\s\S]*?)```/.exec(text("docs/operations.md"));
  const here = folder(t);
  mkdirSync(join(here, "temp"));
  // The certificate is the shop's; everything else is tried as it stands.
  const server = manual
    .replace("listen 443 ssl;", `listen 127.0.0.1:${port};`)
    .replace(/^ *ssl_certificate.*\n/gm, "")
    .replace("server 127.0.0.1:8080", `server 127.0.0.1:${node}`);
  assert.ok(server.includes(`127.0.0.1:${port}`) && server.includes(`127.0.0.1:${node}`) && !server.includes("ssl"));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${here}/temp/${name};`);
  const config = `daemon off; pid ${here}/pid; error_log stderr;
events {}
http { access_log off; ${temporary.join(" ")}
${server}}`;
  writeFileSync(join(here, "nginx.conf"), config);
  const nginx = start(t, "nginx", ["-p", here, "-c", join(here, "nginx.conf")]);
  await ready(port, "/readyz", nginx);
  await check(t, port, key);
});
