import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import ts from "typescript";
import { ROOT } from "./repository.ts";

/** Folders whose every test has to stand in the table. */
const SUITE = ["packages/lab/test/attacks", "packages/lab/test/hostile"];

/** A line of a table of docs/security.md: attack, what holds, and the file and the title of the test, both as code. */
interface Line {
  readonly attack: string;
  readonly holds: string;
  readonly file: string;
  readonly title: string;
}

const page = readFileSync(join(ROOT, "docs", "security.md"), "utf8");
const rows = page.slice(page.indexOf("\n## Attacks\n")).split("\n").filter((row) => row.startsWith("|") && !/^\| (?:---|Attack) \|/.test(row));

function readLine(row: string): Line {
  const found = /^\| (?<attack>.+?) \| (?<holds>.+?) \| `(?<file>[^`]+)`: (?:`` (?<quoted>.+) ``|`(?<plain>[^`]+)`) \|$/.exec(row)?.groups;
  if (found === undefined) throw new Error(`A line of the table of attacks has another form: ${row}`);
  const { attack = "", holds = "", file = "", quoted, plain } = found;
  return { attack, holds, file, title: quoted ?? plain ?? "" };
}

/** Titles of a file's tests as its source has them: what `test.each` fills in is still `%s`, what a template fills in still `${…}`. */
function titlesIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.Latest, true);
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    const title = ts.isCallExpression(node) && isTest(node.expression) ? node.arguments[0] : undefined;
    if (title !== undefined && ts.isStringLiteralLike(title)) titles.push(title.text);
    if (title !== undefined && ts.isTemplateExpression(title)) titles.push(title.getText(source).slice(1, -1));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

/** `test`, or `test.each(…)`. */
function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === "test";
  return ts.isCallExpression(callee) && ts.isPropertyAccessExpression(callee.expression) && callee.expression.expression.getText() === "test";
}

const known = new Map<string, string[]>();
const titlesOf = (file: string): string[] => {
  const titles = known.get(file) ?? (existsSync(join(ROOT, file)) ? titlesIn(file) : []);
  known.set(file, titles);
  return titles;
};

describe("the table of attacks in docs/security.md", () => {
  const lines = rows.map(readLine);

  test("is there, and every line says attack, what holds, and test", () => {
    expect(lines.length).toBeGreaterThan(0);
    for (const { attack, holds } of lines) expect([attack.length > 3, holds.length > 3]).toEqual([true, true]);
  });

  test("names tests that exist", () => {
    expect(lines.filter(({ file, title }) => !titlesOf(file).includes(title)).map(({ file, title }) => `${file}: ${title}`)).toEqual([]);
  });

  test("says no attack twice", () => {
    const attacks = lines.map(({ attack, title }) => `${attack} (${title})`);
    expect(attacks.filter((attack, index) => attacks.indexOf(attack) !== index)).toEqual([]);
  });

  test("has every test of the attack suite", () => {
    const named = new Set(lines.map(({ file, title }) => `${file}: ${title}`));
    const files = SUITE.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`)).filter((file) => file.endsWith(".test.ts"));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) expect([file, titlesOf(file).length > 0]).toEqual([file, true]);
    expect(files.flatMap((file) => titlesOf(file).map((title) => `${file}: ${title}`)).filter((one) => !named.has(one))).toEqual([]);
  });
});
