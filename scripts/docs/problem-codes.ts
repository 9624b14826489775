import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** Folders whose code reports problems of users' files. */
const FOLDERS = ["project", "prompt", "release", "schema"];

/** What the holes of codes that are built stand for, by template. */
const TEMPLATE_WORDS: Readonly<Record<string, readonly string[]>> = {
  "invalid-${kind}-name": ["agent", "workspace"],
  "unknown-${kind}": ["agent", "workspace", "knowledge", "component"],
};

/** Severities by code, as far as the code shows them beside it; an empty set where it is decided elsewhere. */
export type ProblemCodes = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * All problem codes that the validation can report, read from its source: literals of a property `code`, of a variable
 * destructured as `code`, first arguments of `report(…)`, and the members of the type `FieldProblemCode`.
 */
export function readProblemCodes(root: string): ProblemCodes {
  const codes = new Map<string, Set<string>>();
  for (const folder of FOLDERS) {
    const path = join(root, "packages", "core", "src", folder);
    for (const file of readdirSync(path, { recursive: true, encoding: "utf8" }).sort()) {
      if (!file.endsWith(".ts")) continue;
      collect(ts.createSourceFile(file, readFileSync(join(path, file), "utf8"), ts.ScriptTarget.Latest, true), codes);
    }
  }
  return codes;
}

function collect(source: ts.SourceFile, codes: Map<string, Set<string>>): void {
  const add = (expression: ts.Expression, ...found: readonly string[]): void => {
    for (const code of literalsOf(expression)) {
      const severities = codes.get(code) ?? new Set<string>();
      codes.set(code, severities);
      for (const severity of found) severities.add(severity);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === "code") add(node.initializer, ...severitiesBeside(node));
    if (ts.isCallExpression(node) && node.expression.getText() === "report" && node.arguments[0] !== undefined) add(node.arguments[0], "error");
    if (ts.isVariableDeclaration(node) && ts.isArrayBindingPattern(node.name) && node.name.elements[0]?.getText() === "code" && node.initializer) {
      for (const list of arraysOf(node.initializer)) if (list.elements[0]) add(list.elements[0]);
    }
    if (ts.isTypeAliasDeclaration(node) && node.name.text === "FieldProblemCode" && ts.isUnionTypeNode(node.type)) {
      for (const member of node.type.types) if (ts.isLiteralTypeNode(member) && ts.isStringLiteral(member.literal)) add(member.literal);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

function literalsOf(expression: ts.Expression): string[] {
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isConditionalExpression(expression)) return [...literalsOf(expression.whenTrue), ...literalsOf(expression.whenFalse)];
  if (!ts.isTemplateExpression(expression)) return [];
  const template = expression.templateSpans.reduce((text, { expression: hole, literal }) => `${text}\${${hole.getText().split(".").at(-1) ?? ""}}${literal.text}`, expression.head.text);
  const words = TEMPLATE_WORDS[template];
  if (words === undefined) throw new Error(`A problem code is built as "${template}": add what it stands for to TEMPLATE_WORDS in scripts/docs/problem-codes.ts.`);
  return words.map((word) => template.replace(/\$\{[^}]*\}/g, word));
}

/** `severity: "error"` in the same object, or one of two by a condition, or `sink.error({…})` around it. */
function severitiesBeside(property: ts.PropertyAssignment): readonly string[] {
  const object = property.parent;
  for (const sibling of object.properties) {
    if (ts.isPropertyAssignment(sibling) && sibling.name.getText() === "severity") {
      const stated = literalsOf(sibling.initializer);
      if (stated.length > 0) return stated;
    }
  }
  const call = object.parent;
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return [];
  return { error: ["error"], warn: ["warning"] }[call.expression.name.text] ?? [];
}

function arraysOf(expression: ts.Expression): ts.ArrayLiteralExpression[] {
  if (ts.isArrayLiteralExpression(expression)) return [expression];
  if (ts.isConditionalExpression(expression)) return [...arraysOf(expression.whenTrue), ...arraysOf(expression.whenFalse)];
  return ts.isParenthesizedExpression(expression) ? arraysOf(expression.expression) : [];
}
