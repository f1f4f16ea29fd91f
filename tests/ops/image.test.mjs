/** Plays the Dockerfile as far as no container engine is needed. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { folder, ROOT, run, stages, text } from "./support.mjs";

const [web, program, image] = stages();

/** The files of the repository that .dockerignore lets into a build. */
function context(t) {
  const place = folder(t);
  const rules = text(".dockerignore").split("\n").filter((line) => line && !line.startsWith("#"));
  const covers = (rule, path) => rule === "*" || path === rule || path.startsWith(`${rule}/`);
  const enters = (path) =>
    rules.reduce((is, rule) => (rule.startsWith("!") ? is || covers(rule.slice(1), path) : is && !covers(rule, path)), true);
  const tracked = run("git", ["ls-files", "-z"], { cwd: ROOT }).said.split("\0").filter(Boolean);
  for (const path of tracked.filter(enters).filter((path) => existsSync(join(ROOT, path)))) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    cpSync(join(ROOT, path), join(place, path));
  }
  return place;
}

/** Carries out the COPY steps of a stage; `built` holds what other stages made. */
function copy(steps, from, into, built = {}) {
  for (const [word, rest] of steps) {
    if (word !== "COPY") continue;
    const parts = rest.split(" ");
    const stage = parts[0].startsWith("--from=") ? parts.shift().slice("--from=".length) : null;
    const target = parts.pop();
    const root = stage ? built[stage] : from;
    for (const source of parts) {
      const path = join(root, stage ? source.replace("/build/web/", "") : source);
      const isFolder = statSync(path).isDirectory();
      cpSync(path, isFolder || !target.endsWith("/") ? join(into, target) : join(into, target, source.split("/").at(-1)), { recursive: true });
    }
  }
}

/** What the sources of a stage take in at compile time and do not find. */
function missing(place) {
  const sources = readdirSync(join(place, "src"), { recursive: true }).filter((name) => name.endsWith(".rs"));
  const wanted = sources.flatMap((name) => {
    const text = readFileSync(join(place, "src", name), "utf8");
    const beside = [...text.matchAll(/include_(?:str|bytes)!\("([^"]+)"\)/g)].map(([, path]) => join("src", dirname(name), path));
    const below = [...text.matchAll(/(?:migrate!\("|\$CARGO_MANIFEST_DIR\/)([^"]+)"/g)].map(([, path]) => path);
    return [...beside, ...below];
  });
  assert.ok(wanted.length > 5, "the sources take in pictures, styles and migrations");
  return [...wanted, "web/dist/index.html"].filter((path) => !existsSync(join(place, path)));
}

const commands = (stage) =>
  stage.steps.filter(([word]) => word === "RUN").flatMap(([, rest]) => rest.replace(/--mount=\S+ /g, "").split(" && "));

test("every image is pinned, and builds with what the manifests ask for", () => {
  assert.deepEqual([web.name, program.name, image.name], ["web", "program", ""]);
  for (const stage of [web, program, image]) assert.match(stage.image, /^[a-z]+:\d+\.\d+(\.\d+)?-[a-z-]+$/);
  const version = (text) => /(\d+)\.(\d+)/.exec(text).slice(1).map(Number);
  const atLeast = (found, asked) => found[0] > asked[0] || (found[0] === asked[0] && found[1] >= asked[1]);
  assert.ok(atLeast(version(web.image), version(JSON.parse(text("web/package.json")).engines.node)));
  assert.ok(atLeast(version(program.image), version(/^rust-version = "(.*)"$/m.exec(text("Cargo.toml"))[1])));
});

test("the image runs as nobody, tells its health, and hears signals itself", () => {
  const step = (word) => image.steps.filter(([name]) => name === word).map(([, rest]) => rest);
  const [user] = step("USER");
  assert.match(user, /^[1-9]\d*:[1-9]\d*$/);
  assert.ok(step("RUN").join().includes(`--uid ${user.split(":")[0]} `));
  assert.match(step("HEALTHCHECK").join(), /CMD \["vetrina", "healthcheck"\]$/);
  assert.deepEqual([step("ENTRYPOINT"), step("CMD")], [['["vetrina"]'], ['["serve"]']]);
  assert.deepEqual(step("VOLUME"), ["/data"]);
  assert.match(step("ENV").join(" "), /VETRINA_DATA=\/data/);
});

test("its program is built by the command that the release is tested with", () => {
  const [build, take] = commands(program);
  assert.equal(build, "cargo build --locked --release");
  assert.match(take, /^install -D target\/release\/vetrina \/out\/vetrina$/);
  assert.ok(text("tests/run").includes(`check "release build" ${build} -q`), "tests/run builds it in another way");
});

test("both stages find what they need in a clean folder", (t) => {
  const from = context(t);
  const stage = { web: folder(t), program: folder(t) };
  // Both work in /build; the first one in its folder web.
  copy(web.steps, from, stage.web);
  for (const command of commands(web)) {
    // The packages are those of web/, which npm has fetched before.
    const env = { npm_config_prefer_offline: "true" };
    const done = run("sh", ["-c", command], { cwd: stage.web, env, timeout: 900_000 });
    assert.equal(done.status, 0, `${command}: ${done.said}`);
  }
  copy(program.steps, from, stage.program, { web: stage.web });
  // The release build takes minutes and is made by another part; here cargo has to read the manifests,
  // and everything that the sources take in has to be there.
  const done = run("cargo", ["metadata", "--locked", "--no-deps", "--format-version", "1"], { cwd: stage.program });
  assert.equal(done.status, 0, done.said);
  assert.deepEqual(missing(stage.program), []);
});
