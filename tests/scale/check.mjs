/**
 * Holds an optimised build to what it promises at full size, with its own load generator.
 *
 *   node tests/scale/check.mjs <vetrina> <storm|soak>
 *
 * Latencies are printed and not judged: they are the machine's as much as the server's.
 */
import { spawnSync } from "node:child_process";

const VIEWERS = Number(process.env.VETRINA_STORM_VIEWERS ?? 10_000);
const CYCLES = Number(process.env.VETRINA_SOAK_CYCLES ?? 20_000);
/** Seconds until the last of a cut crowd is back. */
const BACK_SECS_MAX = 30;
/** Reads of the database while thirty seconds of chat go on and everybody comes back. */
const READS_MAX = 200;

const PROMISES = {
  storm: {
    options: `--viewers ${VIEWERS} --duration 35 --chat 5 --storm 3 --storm-spread 20`,
    broken: (report) => ({
      "some did not get in": report.viewers.joined !== VIEWERS,
      "some are still away": report.viewers.away_at_end !== 0,
      "some took a snapshot instead of what they missed": report.viewers.snapshots !== 0,
      "some came back late": report.storm.back !== VIEWERS || report.storm.all_back_secs > BACK_SECS_MAX,
      "events were lost or repeated": report.deliveries.lost + report.deliveries.repeated !== 0,
      "some had not heard everything at the end": !report.deliveries.settled,
      "the database was read for viewers": report.database.reads > READS_MAX,
    }),
  },
  soak: {
    options: `soak --cycles ${CYCLES} --rate 1000`,
    // Its exit code says whether memory and files went back to the start within 5 %.
    broken: (report) => ({
      "a cycle failed": report.failed !== 0,
      "it ended early": report.cycles < CYCLES || report.stopped_early,
    }),
  },
};

const [program, name] = process.argv.slice(2);
const promise = PROMISES[name];
if (!program || !promise) throw new Error("usage: check.mjs <vetrina> <storm|soak>");

const args = ["load", ...promise.options.split(" "), "--demo", "--json"];
const run = spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
if (run.error) throw run.error;
const report = JSON.parse(run.stdout.trim().split("\n").at(-1));
console.log(JSON.stringify(report, null, 1));
const broken = Object.entries(promise.broken(report)).filter(([, is_broken]) => is_broken);
for (const [what] of broken) console.error(`broken: ${what}`);
process.exitCode = run.status || broken.length;
