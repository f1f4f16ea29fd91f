/** What the tests of the files for running Vetrina share. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The root of the repository. */
export const ROOT = new URL("../../", import.meta.url).pathname;

/** A file of the repository as text. */
export const text = (path) => readFileSync(join(ROOT, path), "utf8");

/** A YAML file of the repository; VETRINA_OPS_MODULES is a folder in which npm has put `yaml`. */
export function yaml(path) {
  const require = createRequire(join(process.env.VETRINA_OPS_MODULES ?? ROOT, "package.json"));
  return require("yaml").parse(text(path), { merge: true, strict: true });
}

/** A temporary folder that goes with its test. */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "vetrina-ops-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Runs a program to its end; `status` is null when there is no such program. */
export function run(program, args, options = {}) {
  const { env, ...others } = options;
  const done = spawnSync(program, args, {
    encoding: "utf8",
    timeout: 300_000,
    env: { ...process.env, ...env },
    ...others,
  });
  return { status: done.status, said: `${done.stdout ?? ""}${done.stderr ?? ""}`, absent: done.error?.code === "ENOENT" };
}

/** Whether a program is there; otherwise the test says what it skips. */
export function has(t, program, what) {
  const found = run("sh", ["-c", `command -v ${program}`]).status === 0;
  if (!found) t.skip(`${program} is not installed, so ${what}`);
  return found;
}

/** The instructions of the Dockerfile, `[word, rest]`, with continued lines joined. */
export function dockerfile() {
  const lines = text("Dockerfile").split("\n").filter((line) => !/^\s*#/.test(line));
  const joined = lines.join("\n").replace(/\\\n/g, " ").split("\n").filter((line) => line.trim());
  return joined.map((line) => {
    const [, word, rest] = /^(\w+)\s+(.*)$/.exec(line.trim());
    return [word, rest.replace(/\s+/g, " ").trim()];
  });
}

/** The stages of the Dockerfile: name, image and instructions. */
export function stages() {
  const found = [];
  for (const [word, rest] of dockerfile()) {
    if (word === "FROM") {
      const [image, , name] = rest.split(" ");
      found.push({ image, name: name ?? "", steps: [] });
    } else found.at(-1).steps.push([word, rest]);
  }
  return found;
}
