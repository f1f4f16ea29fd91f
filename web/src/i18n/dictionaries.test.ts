// @vitest-environment node
/** Every text exists in both languages and is used somewhere. */
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import type { Lang } from "../lib/i18n";

const FOLDER = import.meta.dirname;
const WEB = join(FOLDER, "../..");

type Texts = Record<string, unknown>;

const files = readdirSync(FOLDER).filter((name) => /\.(en|it)\.ts$/.test(name));
const names = [...new Set(files.map((name) => name.replace(/\.(en|it)\.ts$/, "")))];

/** The one dictionary of a file: `bag.en.ts` exports `bagEn` beside its type. */
async function load(name: string, lang: Lang): Promise<Texts> {
  const exported = Object.values(await import(`./${name}.${lang}.ts`));
  expect(exported).toHaveLength(1);
  return exported[0] as Texts;
}

function leaves(texts: Texts, path = ""): [string, unknown][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "object" && value !== null
      ? leaves(value as Texts, `${path}${key}.`)
      : [[`${path}${key}`, value] as [string, unknown]],
  );
}

it.each(names)(
  "the %s texts have the same keys in both languages, and none is empty",
  async (name) => {
    const [en, italian] = [leaves(await load(name, "en")), leaves(await load(name, "it"))];
    expect(italian.map(([key]) => key).sort()).toEqual(en.map(([key]) => key).sort());
    const kinds = new Map(en.map(([key, value]) => [key, typeof value]));
    for (const [key, value] of italian) expect(typeof value, key).toBe(kinds.get(key));
    const empty = [...en, ...italian].filter(([, value]) => value === "");
    expect(empty).toEqual([]);
  },
);

/**
 * Walks all sources once and marks each text that is read: by its name, taken apart, or looked up
 * by a key that is known only when the page runs, which reads every text of that group.
 */
function unread(): string[] {
  const config = ts.readConfigFile(join(WEB, "tsconfig.json"), ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(config.config, ts.sys, WEB);
  const program = ts.createProgram(fileNames, options);
  const checker = program.getTypeChecker();
  const isText = (declaration: ts.Declaration): boolean => {
    const file = declaration.getSourceFile().fileName;
    return (
      file.startsWith(FOLDER) && file.endsWith(".en.ts") && ts.isPropertyAssignment(declaration)
    );
  };
  const read = new Set<ts.Declaration>();
  const readSymbol = (symbol: ts.Symbol | undefined) => {
    for (const root of symbol ? checker.getRootSymbols(symbol) : []) {
      for (const declaration of root.declarations ?? []) read.add(declaration);
    }
  };
  const readAll = (type: ts.Type) => {
    for (const property of checker.getPropertiesOfType(type)) {
      if (!property.declarations?.some(isText)) continue;
      readSymbol(property);
      readAll(checker.getTypeOfSymbol(property));
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) readSymbol(checker.getSymbolAtLocation(node.name));
    if (ts.isElementAccessExpression(node)) readAll(checker.getTypeAtLocation(node.expression));
    if (ts.isBindingElement(node)) {
      const name = (node.propertyName ?? node.name).getText();
      readSymbol(checker.getTypeAtLocation(node.parent).getProperty(name));
    }
    if (ts.isCallExpression(node)) {
      // Whoever takes any texts by any key may read all of them.
      const taken = checker.getResolvedSignature(node)?.getParameters() ?? [];
      for (const [at, argument] of node.arguments.entries()) {
        const parameter = taken[at] && checker.getTypeOfSymbolAtLocation(taken[at], node);
        if (parameter?.getStringIndexType()) readAll(checker.getTypeAtLocation(argument));
      }
    }
    ts.forEachChild(node, visit);
  };
  const written: ts.PropertyAssignment[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && !ts.isObjectLiteralExpression(node.initializer)) {
      written.push(node);
    }
    // What a text that takes parameters does inside is no text of its own.
    if (!ts.isArrowFunction(node)) ts.forEachChild(node, collect);
  };
  for (const source of program.getSourceFiles()) {
    const { fileName } = source;
    if (!fileName.startsWith(join(WEB, "src")) || /\.test\.tsx?$/.test(fileName)) continue;
    if (fileName.startsWith(FOLDER)) {
      if (fileName.endsWith(".en.ts")) collect(source);
    } else visit(source);
  }
  expect(written.length).toBeGreaterThan(500);
  return written
    .filter((text) => !read.has(text))
    .map((text) => {
      const source = text.getSourceFile();
      const line = source.getLineAndCharacterOfPosition(text.getStart()).line + 1;
      return `${relative(FOLDER, source.fileName)}:${line} ${text.name.getText()}`;
    });
}

it("no text is written that nobody reads", { timeout: 120_000 }, () => {
  expect(unread()).toEqual([]);
});
