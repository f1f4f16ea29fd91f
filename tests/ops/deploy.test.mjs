/** Checks what stands in deploy/ with the programs that read it, where they are installed. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, has, ROOT, run, text, yaml } from "./support.mjs";

/** Higher is more exposed, of 100; a unit without hardening has 96. */
const EXPOSURE_MAX = 20;

function copied(t) {
  const place = folder(t);
  cpSync(join(ROOT, "deploy"), join(place, "deploy"), { recursive: true, filter: (path) => !path.endsWith("/secrets") });
  return place;
}

const prepare = (place, ...args) => run("sh", [join(place, "deploy/prepare"), ...args]);

test("prepare writes secrets once, each its own, for no other user of the machine", (t) => {
  const place = copied(t);
  assert.equal(prepare(place, "scale", "live.example.com").status, 0);
  const secrets = join(place, "deploy/secrets");
  const read = () => Object.fromEntries(readdirSync(secrets).map((name) => [name, readFileSync(join(secrets, name), "utf8")]));
  const first = read();
  assert.equal(statSync(secrets).mode & 0o077, 0);
  const values = ["secret_key", "postgres_password", "nats_password", "media.env"].map((name) => first[name].trim().split("=").at(-1));
  assert.equal(new Set(values).size, values.length);
  for (const value of values) assert.match(value, /^[0-9a-f]{64}$/);
  assert.ok(first["nats_auth.conf"].includes(first.nats_password.trim()));
  const env = readFileSync(join(place, ".env"), "utf8");
  assert.equal(prepare(place, "default", "other.example.com").status, 0);
  assert.deepEqual(read(), first);
  assert.equal(readFileSync(join(place, ".env"), "utf8"), env);
});

test("prepare refuses what is no profile and no name", (t) => {
  const place = copied(t);
  for (const args of [[], ["scale"], ["both", "live.example.com"], ["default", "localhost"], ["default", "https://a.it"], ["default", "a.it;id"]]) {
    const done = prepare(place, ...args);
    assert.equal(done.status, 2, args.join(" "));
    assert.match(done.said, /^prepare: /);
  }
  assert.deepEqual(readdirSync(place), ["deploy"]);
});

test("no secret can be committed by mistake", () => {
  for (const path of [".env", "vetrina.env", "deploy/secrets/secret_key"]) {
    assert.equal(run("git", ["check-ignore", "--quiet", "--no-index", path], { cwd: ROOT }).status, 0, path);
  }
});

test("NATS takes its configuration, and nobody without the password", (t) => {
  if (!has(t, "nats-server", "its configuration is not read")) return;
  const place = copied(t);
  prepare(place, "scale", "live.example.com");
  const config = join(place, "deploy/nats.conf");
  // In the container the login lies beside the configuration.
  assert.notEqual(run("nats-server", ["-t", "-c", config]).status, 0, "it works without the login");
  cpSync(join(place, "deploy/secrets/nats_auth.conf"), join(place, "deploy/auth.conf"));
  const done = run("nats-server", ["-t", "-c", config]);
  assert.equal(done.status, 0, done.said);
});

test("Caddy takes its configuration", (t) => {
  if (!has(t, "caddy", "the Caddyfile is not read")) return;
  const env = { SHOP_DOMAIN: "live.example.com", SHOP_NODES: "node-1:8080 node-2:8080", HOME: folder(t) };
  const args = ["--adapter", "caddyfile", "--config", join(ROOT, "deploy/Caddyfile")];
  const done = run("caddy", ["validate", ...args], { env });
  assert.equal(done.status, 0, done.said);
  const adapted = run("caddy", ["adapt", ...args], { env });
  for (const node of ["node-1:8080", "node-2:8080", "mediamtx:8888"]) assert.ok(adapted.said.includes(`"dial":"${node}"`), adapted.said);
});

test("Caddy takes the few lines of the manual", (t) => {
  if (!has(t, "caddy", "the manual's lines are not read")) return;
  const place = folder(t);
  const [, lines] = /```caddyfile\n([\s\S]*?)```/.exec(text("docs/operations.md"));
  writeFileSync(join(place, "Caddyfile"), lines);
  const done = run("caddy", ["validate", "--adapter", "caddyfile", "--config", join(place, "Caddyfile")], { env: { HOME: place } });
  assert.equal(done.status, 0, done.said);
});

test("the health check of MediaMTX asks what MediaMTX answers there", () => {
  const media = yaml("deploy/mediamtx.yml");
  const service = yaml("docker-compose.yml").services.mediamtx;
  assert.ok(service.healthcheck.test.at(-1) === `http://${media.metricsAddress}/metrics`);
  const ports = service.ports.map((port) => port.split(":")[0]);
  assert.deepEqual(ports, [media.rtmpAddress, media.srtAddress].map((address) => address.slice(1)));
  assert.ok(text("deploy/Caddyfile").includes(`reverse_proxy mediamtx${media.hlsAddress}`));
  assert.deepEqual(media.hlsTrustedProxies, [yaml("docker-compose.yml").services["node-1"].environment.VETRINA_TRUSTED_PROXIES]);
});

test("only whoever knows the password streams", () => {
  const [publisher, ...others] = yaml("deploy/mediamtx.yml").authInternalUsers;
  assert.deepEqual(publisher.permissions.map(({ action }) => action), ["publish"]);
  // The password comes with the environment; the one in the file is the hash of nothing known.
  assert.equal(Buffer.from(publisher.pass.replace("sha256:", ""), "base64").toString("hex"), "0".repeat(64));
  for (const { permissions } of others) assert.ok(permissions.every(({ action }) => ["read", "metrics"].includes(action)));
});

test("systemd takes the units, and they are hardened", (t) => {
  if (!has(t, "systemd-analyze", "the units are not read")) return;
  const place = folder(t);
  const units = readdirSync(join(ROOT, "deploy")).filter((name) => /\.(service|timer)$/.test(name));
  assert.equal(units.length, 3);
  for (const name of units) {
    // The programs are installed by whoever installs the units.
    const unit = text(`deploy/${name}`).replace(/^ExecStart=\/usr\/local\/bin\/vetrina/m, "ExecStart=/bin/true");
    writeFileSync(join(place, name), unit);
  }
  const done = run("systemd-analyze", ["verify", "--man=no", ...units.map((name) => join(place, name))]);
  assert.equal(done.status, 0, done.said);
  assert.equal(done.said.trim(), "", "a key that systemd does not know is only warned of");
  for (const name of units.filter((unit) => unit.endsWith(".service"))) {
    const exposure = run("systemd-analyze", ["security", "--offline=true", `--threshold=${EXPOSURE_MAX}`, join(place, name)]);
    assert.equal(exposure.status, 0, exposure.said);
  }
});

test("the shell reads the scripts", () => {
  for (const name of ["prepare", "backup.sh"]) {
    const done = run("sh", ["-n", join(ROOT, "deploy", name)]);
    assert.equal(done.status, 0, done.said);
    assert.ok(statSync(join(ROOT, "deploy", name)).mode & 0o100, `${name} can be run`);
  }
});
