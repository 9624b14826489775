/**
 * Evaluates `${{ }}` expressions with GitHub's own engine, over plain JavaScript values.
 *
 * One defect of `@actions/expressions` 0.3.61 is mended here: the lexer unescapes only the first `''` of a string
 * literal. And text around expressions is split here rather than by the workflow parser, which would rewrite it to
 * `format('…')` and run into that defect with any text that has two apostrophes.
 */
import type { data as dataTypes } from "@actions/expressions";
import { data, Evaluator, Lexer, Parser, TokenType } from "./github-packages.ts";

type ExpressionData = dataTypes.ExpressionData;

/** A function that expressions may call, beside the built-in ones; arguments and result are plain values. */
export type ExpressionFunction = (...args: unknown[]) => unknown;

/** What an expression can see: named contexts (plain JSON values) and functions (lower-case names). */
export interface ExpressionScope {
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly functions?: Readonly<Record<string, ExpressionFunction>>;
}

/** An expression that does not parse or cannot be evaluated; the message quotes the expression. */
export class ExpressionError extends Error {
  override name = "ExpressionError";
}

function toData(value: unknown): ExpressionData {
  if (value === null || value === undefined) return new data.Null();
  if (typeof value === "string") return new data.StringData(value);
  if (typeof value === "number") return new data.NumberData(value);
  if (typeof value === "boolean") return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  return new data.Dictionary(...Object.entries(value as object).map(([key, item]) => ({ key, value: toData(item) })));
}

function fromData(value: ExpressionData): unknown {
  if (value instanceof data.Array) return value.values().map(fromData);
  if (value instanceof data.Dictionary) return Object.fromEntries(value.pairs().map((pair) => [pair.key, fromData(pair.value)]));
  return value instanceof data.Null ? null : (value as { value: string | number | boolean }).value;
}

function evaluateData(expression: string, scope: ExpressionScope): ExpressionData {
  const functions = Object.entries(scope.functions ?? {}).map(([name, call]) => ({
    name,
    minArgs: 0,
    maxArgs: Number.MAX_SAFE_INTEGER,
    call: (...args: ExpressionData[]) => toData(call(...args.map(fromData))),
  }));
  try {
    const { tokens } = new Lexer(expression).lex();
    for (const token of tokens) {
      if (token.type === TokenType.STRING) token.value = token.lexeme.slice(1, -1).replaceAll("''", "'");
    }
    const tree = new Parser(tokens, Object.keys(scope.contexts), functions).parse();
    const root = toData(scope.contexts) as dataTypes.Dictionary;
    return new Evaluator(tree, root, new Map(functions.map((item) => [item.name.toLowerCase(), item]))).evaluate();
  } catch (error) {
    throw new ExpressionError(`Cannot evaluate the expression '${expression}': ${(error as Error).message}`, { cause: error });
  }
}

/** The value of one expression (without `${{ }}`) as a plain value. @throws {ExpressionError} */
export function evaluate(expression: string, scope: ExpressionScope): unknown {
  return fromData(evaluateData(expression, scope));
}

/** Truth by the rules of expressions: `null`, `false`, `0`, `NaN` and `""` are false, everything else is true. */
export function isTruthy(value: unknown): boolean {
  return Array.isArray(value) || (typeof value === "object" && value !== null) || Boolean(value);
}

/** Pieces of a text: literal text and expressions in turn. Quotes inside an expression may contain `}}`. */
export function splitExpressions(text: string): { readonly kind: "text" | "expression"; readonly value: string }[] {
  const pieces: { kind: "text" | "expression"; value: string }[] = [];
  let position = 0;
  for (;;) {
    const start = text.indexOf("${{", position);
    if (start < 0) break;
    let end = start + 3;
    let quoted = false;
    while (end < text.length && (quoted || !text.startsWith("}}", end))) {
      if (text[end] === "'") quoted = !quoted;
      end += 1;
    }
    if (end >= text.length) throw new ExpressionError(`The expression is not closed: '${text.slice(start)}'. Add '}}'.`);
    if (start > position) pieces.push({ kind: "text", value: text.slice(position, start) });
    pieces.push({ kind: "expression", value: text.slice(start + 3, end).trim() });
    position = end + 2;
  }
  if (position < text.length) pieces.push({ kind: "text", value: text.slice(position) });
  return pieces;
}

/** A text with its expressions replaced by their values, as strings. @throws {ExpressionError} */
export function interpolate(text: string, scope: ExpressionScope): string {
  return splitExpressions(text)
    .map((piece) => (piece.kind === "text" ? piece.value : evaluateData(piece.value, scope).coerceString()))
    .join("");
}

/**
 * Any YAML value with its expressions replaced. A string that is one expression and nothing else keeps the type of
 * its value (so `matrix: ${{ fromJSON(…) }}` is a mapping), other strings become strings. @throws {ExpressionError}
 */
export function evaluateTree(value: unknown, scope: ExpressionScope): unknown {
  if (typeof value === "string") {
    const pieces = splitExpressions(value.trim());
    const [only] = pieces;
    return pieces.length === 1 && only?.kind === "expression" ? evaluate(only.value, scope) : interpolate(value, scope);
  }
  if (Array.isArray(value)) return value.map((item) => evaluateTree(item, scope));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [interpolate(key, scope), evaluateTree(item, scope)]));
  }
  return value;
}

/** A value as the string that a runner makes of it (`true`, `1.5`, empty for null). */
export function toText(value: unknown): string {
  return toData(value).coerceString();
}
