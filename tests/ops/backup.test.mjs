/** Plays the backup script with programs that work, fail, or leave half a file behind. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, ROOT, run } from "./support.mjs";

const SCRIPT = join(ROOT, "deploy/backup.sh");
const HOUR = 3_600_000;

/** A folder for backups, and stand-ins for the programs that the script calls. */
function place(t, programs) {
  const root = folder(t);
  const [bin, backups] = [join(root, "bin"), join(root, "backups")];
  mkdirSync(bin);
  mkdirSync(backups);
  for (const [name, body] of Object.entries(programs)) writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  writeFileSync(join(root, "password"), "of-the-test\n");
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    BACKUP_EVERY_HOURS: "0",
    BACKUP_KEEP: "3",
    BACKUP_PASSWORD_FILE: join(root, "password"),
    PGDATABASE: "vetrina",
  };
  const call = (kind, more = {}, target = backups) => run("sh", [SCRIPT, kind, target], { env: { ...env, ...more } });
  const kept = () => readdirSync(backups).filter((name) => name.startsWith("vetrina-"));
  return { backups, env, call, kept };
}

const older = (backups, names) => names.forEach((name) => writeFileSync(join(backups, name), "older"));

const VETRINA = '[ "$1" = backup ] && echo whole >"$2"';
const PG_DUMP = 'for a; do case $a in --file=*) f=${a#--file=} ;; esac; done; [ "$PGPASSWORD" = of-the-test ] && echo half >"$f"';

test("a backup has the time in its name, and the oldest ones go", (t) => {
  const { backups, call, kept } = place(t, { vetrina: VETRINA });
  older(backups, ["vetrina-20200101T000000Z.db", "vetrina-20210101T000000Z.db", "vetrina-20220101T000000Z.db", "notes.txt"]);
  const done = call("sqlite");
  assert.equal(done.status, 0, done.said);
  assert.equal(kept().length, 3);
  assert.ok(!kept().includes("vetrina-20200101T000000Z.db"));
  assert.match(kept().at(-1), /^vetrina-20[2-9]\d[01]\d[0-3]\dT\d{6}Z\.db$/);
  assert.ok(existsSync(join(backups, "notes.txt")), "what is no backup stays");
  assert.equal(call("check").status, 0);
});

test("a backup that fails takes no older one away and is not counted", (t) => {
  const { backups, call, kept } = place(t, { vetrina: "exit 1", pg_dump: `${PG_DUMP}; exit 1`, pg_restore: "exit 0" });
  const before = ["vetrina-20200101T000000Z.dump", "vetrina-20210101T000000Z.dump", "vetrina-20220101T000000Z.dump", "vetrina-20230101T000000Z.dump"];
  older(backups, before);
  for (const kind of ["sqlite", "postgres"]) {
    const done = call(kind);
    assert.equal(done.status, 1, done.said);
    assert.match(done.said, /FAILED/);
    assert.deepEqual(kept(), before);
  }
  assert.notEqual(call("check").status, 0, "there is no good backup yet");
});

test("a dump counts once it can be listed", (t) => {
  const broken = place(t, { pg_dump: PG_DUMP, pg_restore: "exit 1" });
  assert.equal(broken.call("postgres").status, 1);
  assert.deepEqual(broken.kept(), []);
  const whole = place(t, { pg_dump: PG_DUMP, pg_restore: "exit 0" });
  writeFileSync(join(whole.backups, ".vetrina-20200101T000000Z.dump.part"), "of a run that was killed");
  const done = whole.call("postgres");
  assert.equal(done.status, 0, done.said);
  assert.match(whole.kept().join(), /^vetrina-\w+\.dump$/);
  assert.ok(readdirSync(whole.backups).every((name) => !name.endsWith(".part")), "halves are cleared away");
});

test("the check fails when the newest backup is too old", (t) => {
  const { backups, call } = place(t, { vetrina: VETRINA });
  call("sqlite");
  const at = (hours) => {
    const then = new Date(Date.now() - hours * HOUR);
    utimesSync(join(backups, "last-backup"), then, then);
    return call("check", { BACKUP_EVERY_HOURS: "24" }).status;
  };
  assert.deepEqual([at(0), at(25), at(26)], [0, 0, 1]);
});

test("nonsense is refused before anything is deleted", (t) => {
  const { backups, call, kept } = place(t, { vetrina: VETRINA });
  older(backups, ["vetrina-20200101T000000Z.db"]);
  for (const more of [{ BACKUP_KEEP: "0" }, { BACKUP_KEEP: "-1" }, { BACKUP_KEEP: "all" }, { BACKUP_EVERY_HOURS: "1.5" }]) {
    assert.equal(call("sqlite", more).status, 2, JSON.stringify(more));
  }
  assert.equal(call("mysql").status, 2);
  assert.equal(kept().length, 1);
});

test("a restore that fails says so", (t) => {
  const { call } = place(t, { psql: "exit 0", pg_restore: "exit 1" });
  const done = call("restore", {}, "/nowhere/vetrina.dump");
  assert.equal(done.status, 1);
  assert.match(done.said, /restore: FAILED; the database is what it was/);
});

test("it goes on after a failure and ends when the container is stopped", async (t) => {
  const { backups, env } = place(t, { vetrina: "exit 1" });
  const script = spawn("sh", [SCRIPT, "sqlite", backups], { env: { ...process.env, ...env, BACKUP_EVERY_HOURS: "24" } });
  t.after(() => script.kill("SIGKILL"));
  const [said] = await once(script.stderr, "data");
  assert.match(String(said), /FAILED/);
  script.kill("SIGTERM");
  const [code] = await once(script, "exit");
  assert.equal(code, 0);
  assert.ok(statSync(backups).isDirectory());
});
