import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputReader } from "@retell-actions/core/adapters/runner/input-reader";
import ts from "typescript";
import { readActions } from "../docs/action-metadata.ts";
import { ROOT } from "./repository.ts";

/** How the code reads one input. `default` as text, the way action.yml has it. */
export interface ReadInput {
  readonly name: string;
  readonly default: string;
  readonly required: boolean;
  /** The words that the input may hold; empty where any text goes. */
  readonly values: readonly string[];
}

/** Notes what an action asks for, and answers as the real reader does. */
class RecordingReader extends InputReader {
  readonly inputs: ReadInput[] = [];

  #note(name: string, fallback: string, more: Partial<ReadInput> = {}): void {
    this.inputs.push({ name, default: fallback, required: false, values: [], ...more });
  }

  override string(name: string, options: { default?: string; required?: boolean } = {}): string {
    this.#note(name, options.default ?? "", { required: options.required === true });
    return super.string(name, options);
  }

  override boolean(name: string, options: { default: boolean }): boolean {
    this.#note(name, String(options.default));
    return super.boolean(name, options);
  }

  override oneOf<const T extends string>(name: string, values: readonly T[], options: { default: T }): T {
    this.#note(name, options.default, { values });
    return super.oneOf(name, values, options);
  }

  override positiveInteger(name: string, options: { default: number; minimum?: number; maximum?: number }): number {
    this.#note(name, String(options.default));
    return super.positiveInteger(name, options);
  }

  override globs(name: string, options: { default: string }): string[] {
    this.#note(name, options.default);
    return super.globs(name, options);
  }
}

async function readInputsOf(action: string): Promise<(reader: InputReader) => unknown> {
  const module = (await import(join(ROOT, "actions", action, "src", "inputs.ts"))) as { readInputs: (reader: InputReader) => unknown };
  return module.readInputs;
}

/** Every input that the action's code asks for. */
export async function inputsInCode(action: string): Promise<readonly ReadInput[]> {
  const reader = new RecordingReader({});
  (await readInputsOf(action))(reader);
  return reader.inputs;
}

/** What the action makes of inputs; throws if it refuses any. Values with expressions are left out, or anything where one is required. */
export async function acceptsInputs(action: string, inputs: Readonly<Record<string, unknown>>): Promise<unknown> {
  const declared = readActions(ROOT).find(({ folder }) => folder === action)?.inputs;
  const given = Object.entries(inputs).flatMap(([name, value]) => {
    if (!String(value).includes("${{")) return [[name, value] as const];
    return declared?.get(name)?.required === true ? [[name, "given-by-expression"] as const] : [];
  });
  const reader = new InputReader(Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, String(value)])));
  const read = (await readInputsOf(action))(reader);
  reader.finish();
  return read;
}

/** Names of the outputs that the action's report sets itself. */
export function outputsInReport(action: string): string[] {
  const names: string[] = [];
  visitSource(join(ROOT, "actions", action, "src", "report.ts"), (node) => {
    if (!ts.isPropertyAssignment(node) || node.name.getText() !== "outputs" || !ts.isObjectLiteralExpression(node.initializer)) return;
    names.push(...node.initializer.properties.map((property) => nameOf(property)));
  });
  return names;
}

/** Names of the outputs that the frame around every action sets. */
export function outputsOfFrame(): string[] {
  const names: string[] = [];
  visitSource(join(ROOT, "packages/core/src/adapters/runner/run-action.ts"), (node) => {
    const [name] = ts.isCallExpression(node) && node.expression.getText() === "core.setOutput" ? node.arguments : [];
    if (name !== undefined && ts.isStringLiteral(name)) names.push(name.text);
  });
  return names;
}

function nameOf(property: ts.ObjectLiteralElementLike): string {
  if (property.name === undefined) throw new Error(`An output is not written by name: ${property.getText()}`);
  return ts.isStringLiteral(property.name) ? property.name.text : property.name.getText();
}

function visitSource(path: string, look: (node: ts.Node) => void): void {
  const visit = (node: ts.Node): void => {
    look(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true));
}
