/**
 * Makes requests.schema.json: what Stripe's own TypeScript types let a request hold.
 *
 *   node tests/stripe/make-schemas.mjs
 *
 * It fetches the packages named below from npm into a temporary folder and takes that away again.
 * Open enums end in `OtherString` in the types, which would let any word pass; that arm is dropped.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PACKAGES = ["stripe@23.1.0", "ts-json-schema-generator@2.4.0"];
const TYPES = `
import type Stripe from "stripe";
export type CreateSession = Stripe.Checkout.SessionCreateParams;
export type CreateRefund = Stripe.RefundCreateParams;
`;
/** Whole subjects that no request of ours has a part in; they are most of the types. */
const LEFT_OUT = new Set([
  "custom_fields",
  "invoice_creation",
  "payment_method_data",
  "payment_method_options",
  "subscription_data",
]);

const folder = mkdtempSync(join(tmpdir(), "stripe-schemas-"));
try {
  writeFileSync(join(folder, "package.json"), "{}");
  execFileSync(
    "npm",
    ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", ...PACKAGES],
    {
      cwd: folder,
      stdio: "inherit",
    },
  );
  writeFileSync(join(folder, "types.ts"), TYPES);
  const settings = {
    strict: true,
    module: "nodenext",
    target: "es2022",
    skipLibCheck: true,
    types: [],
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: settings, files: ["types.ts"] }),
  );
  const generator = join(folder, "node_modules/.bin/ts-json-schema-generator");
  const options = ["--path", "types.ts", "--tsconfig", "tsconfig.json", "--no-type-check"];
  const text = execFileSync(generator, options, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  const schema = smaller(JSON.parse(text));
  const target = join(import.meta.dirname, "requests.schema.json");
  writeFileSync(target, written(keepReferenced(schema)));
  writeFileSync(
    join(import.meta.dirname, "LICENSE-stripe"),
    readFileSync(join(folder, "node_modules/stripe/LICENSE")),
  );
} finally {
  rmSync(folder, { recursive: true });
}

/** Drops what does not decide whether a request is right. */
function smaller(node) {
  if (Array.isArray(node)) return node.filter((arm) => !isOther(arm)).map(smaller);
  if (typeof node !== "object" || node === null) return node;
  const kept = {};
  for (const [name, value] of Object.entries(node)) {
    if (name === "description" && typeof value === "string") continue;
    if (name === "properties") kept.properties = ownProperties(value);
    else kept[name] = smaller(value);
  }
  const arms = kept.anyOf;
  return arms?.length === 1 && Object.keys(kept).length === 1 ? arms[0] : kept;
}

/** The names of properties are no words of the schema language. */
function ownProperties(properties) {
  const entries = Object.entries(properties).filter(([name]) => !LEFT_OUT.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, smaller(value)]));
}

function isOther(arm) {
  return arm?.$ref === "#/definitions/OtherString";
}

/** One definition a line. */
function written({ $schema, definitions }) {
  const lines = Object.entries(definitions).map(
    ([name, node]) => `${JSON.stringify(name)}:${JSON.stringify(node)}`,
  );
  return `{"$schema":${JSON.stringify($schema)},"definitions":{\n${lines.join(",\n")}\n}}\n`;
}

function keepReferenced(schema) {
  const kept = {};
  const waiting = ["CreateSession", "CreateRefund"];
  while (waiting.length > 0) {
    const name = waiting.pop();
    if (name in kept) continue;
    kept[name] = schema.definitions[name];
    const text = JSON.stringify(kept[name]);
    for (const [, found] of text.matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g))
      waiting.push(decodeURIComponent(found));
  }
  return { $schema: schema.$schema, definitions: Object.fromEntries(Object.entries(kept).sort()) };
}
