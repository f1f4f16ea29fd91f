/** Holds docker-compose.yml to its schema and to what it promises. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { faults } from "./compose.mjs";
import { folder, ROOT, run, stages, text, yaml } from "./support.mjs";

const file = yaml("docker-compose.yml");

/** What `deploy/prepare` writes for a profile. */
function prepared(t, profile) {
  const place = folder(t);
  mkdirSync(join(place, "deploy"));
  cpSync(join(ROOT, "deploy/prepare"), join(place, "deploy/prepare"));
  const done = run("sh", [join(place, "deploy/prepare"), profile, "live.example.com"]);
  assert.equal(done.status, 0, done.said);
  const settings = readFileSync(join(place, ".env"), "utf8").trim().split("\n").map((line) => line.split("="));
  const values = Object.fromEntries(settings.map(([name, value]) => [name, value.replaceAll('"', "")]));
  const secrets = readdirSync(join(place, "deploy/secrets")).map((name) => `deploy/secrets/${name}`);
  return { values, variables: Object.keys(values), secrets };
}

const servicesOf = (profile) =>
  Object.entries(file.services).filter(([, { profiles }]) => profiles.includes(profile)).map(([name]) => name).sort();

test("it follows the published schema of compose files", (t) => {
  const program = process.env.VETRINA_CHECK_JSONSCHEMA;
  if (!program) return t.skip("VETRINA_CHECK_JSONSCHEMA does not say where check-jsonschema is");
  const done = run(program, ["--builtin-schema", "vendor.compose-spec", join(ROOT, "docker-compose.yml")]);
  assert.equal(done.status, 0, done.said);
});

test("compose itself reads it", (t) => {
  if (run("docker", ["compose", "version"]).status !== 0) return t.skip("there is no docker compose");
  for (const profile of ["default", "scale"]) {
    const place = folder(t);
    cpSync(join(ROOT, "docker-compose.yml"), join(place, "docker-compose.yml"));
    cpSync(join(ROOT, "deploy"), join(place, "deploy"), { recursive: true });
    run("sh", [join(place, "deploy/prepare"), profile, "live.example.com"]);
    const done = run("docker", ["compose", "config", "--quiet"], { cwd: place });
    assert.equal(done.status, 0, done.said);
  }
});

test("each profile has what it needs", () => {
  assert.deepEqual(servicesOf("default"), ["backup", "caddy", "vetrina"]);
  assert.deepEqual(servicesOf("scale"), ["backup-postgres", "caddy", "mediamtx", "nats", "node-1", "node-2", "postgres"]);
  assert.deepEqual(servicesOf("video"), ["mediamtx"]);
});

test("every service is closed, bounded, watched and quiet", (t) => {
  assert.deepEqual(faults(file, prepared(t, "scale")), []);
  assert.deepEqual(faults(file, prepared(t, "default")), []);
});

test("the check finds what it looks for", (t) => {
  const known = prepared(t, "scale");
  const plant = (name, change, expected) => {
    const copy = structuredClone(file);
    change(copy.services, copy);
    const found = faults(copy, known);
    assert.ok(found.some((fault) => expected.test(fault)), `${name}: ${found}`);
  };
  plant("tag", (s) => (s.nats.image = "nats:latest"), /nats: .*pinned/);
  plant("root", (s) => delete s.postgres.user, /postgres: it runs as root/);
  plant("root file system", (s) => delete s.caddy.read_only, /caddy: its root/);
  plant("capability", (s) => s["node-1"].cap_drop = [], /node-1: it keeps/);
  plant("limits", (s) => delete s["node-2"].deploy, /node-2: .*bound/);
  plant("log", (s) => delete s.mediamtx.logging, /mediamtx: its log/);
  plant("health", (s) => delete s.vetrina.healthcheck, /vetrina: nothing looks/);
  plant("grace", (s) => (s.vetrina.stop_grace_period = "10s"), /vetrina: it is killed/);
  plant("password", (s) => (s.postgres.environment.POSTGRES_PASSWORD = "vetrina"), /postgres: .*outside a file/);
  plant("address", (s) => (s["node-1"].environment.VETRINA_DATABASE_URL = "postgres://v:v@p/v"), /node-1: .*password/);
  plant("secret", (s, all) => (all.secrets.secret_key.file = "deploy/secret"), /nothing writes deploy\/secret/);
  plant("port", (s) => (s.postgres.ports = ["5432:5432"]), /postgres: it is published/);
  plant("network", (s) => (s.nats.networks = ["front"]), /nats: .*outside/);
  plant("order", (s) => (s.vetrina.depends_on = { postgres: { condition: "service_healthy" } }), /not always/);
  plant("trust", (s) => (s.vetrina.environment.VETRINA_TRUSTED_PROXIES = "172.16.0.0/12"), /vetrina: it trusts/);
  plant("address range", (s, all) => (all.networks.front.ipam.config[0].ip_range = "172.30.83.0/25"), /others may/);
  plant("volume", (s) => (s.vetrina.volumes = ["datas:/data"]), /no volume datas/);
  plant("variable", (s) => (s.caddy.environment.SHOP_DOMAIN = "${SHOP_DOMAIN}"), /may be empty/);
});

test("the files it mounts are there", () => {
  const mounts = Object.values(file.services).flatMap(({ volumes = [] }) => volumes).map((volume) => volume.split(":")[0]);
  const missing = mounts.filter((path) => path.startsWith(".") && !existsSync(join(ROOT, path)));
  assert.deepEqual(missing, []);
  assert.ok(mounts.filter((path) => path.startsWith(".")).length > 4);
});

test("the proxy is told of the nodes of its profile", (t) => {
  const image = stages().at(-1).steps;
  const port = image.find(([word]) => word === "EXPOSE")[1];
  for (const profile of ["default", "scale"]) {
    const { SHOP_NODES, COMPOSE_PROFILES } = prepared(t, profile).values;
    assert.equal(COMPOSE_PROFILES, profile);
    const nodes = servicesOf(profile).filter((name) => {
      const { image: built, entrypoint } = file.services[name];
      return built.startsWith("vetrina:") && !entrypoint;
    });
    assert.deepEqual(SHOP_NODES.split(" "), nodes.map((name) => `${name}:${port}`));
  }
});

test("the image, the program and the manifests are of one version", () => {
  const [, version] = /^version = "(.*)"$/m.exec(text("Cargo.toml"));
  for (const [name, { image }] of Object.entries(file.services)) {
    if (image.startsWith("vetrina:")) assert.equal(image, `vetrina:${version}`, name);
  }
  assert.match(text("Dockerfile"), new RegExp(`docker build -t vetrina:${version.replaceAll(".", "\\.")} `));
});
