import { canonicalJson } from "../canonical/content-hash.ts";
import type { Json } from "../canonical/json.ts";
import type { FieldPath } from "./field-path.ts";
import { walkLeaves } from "./walk.ts";

/** What the comparison knows about fields; facts come from the tables of `schema/`, tests bring their own. */
export interface FieldFacts {
  /** False for a key that the suite has never heard of. */
  isKnown(path: FieldPath): boolean;
  /** The value that Retell documents for "not set"; undefined where it documents none. */
  defaultOf(path: FieldPath): Json | undefined;
  /** True if `null` clears the field. */
  isNullable(path: FieldPath): boolean;
  /** True for a list of ids whose order means nothing. */
  isIdSet(path: FieldPath): boolean;
  /** True for a field that only arranges the console's canvas: Git may set it, but nobody edits it. */
  isLayout(path: FieldPath): boolean;
  /** What Retell turns a retired value into by itself; undefined for a value that is not retired. */
  successorOf(path: FieldPath, value: Json): Json | undefined;
}

/** Equal as written in Git: absent and `null` differ, order counts except in id sets and arrays of named things. */
export function equalAsWritten(facts: FieldFacts, path: FieldPath, a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined || a === b) return a === b;
  if (text(facts, path, a) === text(facts, path, b)) return true;
  if (typeof a !== "object" || typeof b !== "object") return false;
  // A node can be one leaf because a third side has another form; the named things in it are told apart all the same.
  const leaves = walkLeaves({ a, b }, path);
  return leaves.every((leaf) => leaf.path.length > path.length && equalAsWritten(facts, leaf.path, leaf.values.a, leaf.values.b));
}

/**
 * Equal in effect, for values that Retell holds: `null` and absent are the same, and so are absent and the documented
 * default (a newer API version makes defaults visible without anybody's edit).
 */
export function equalInEffect(facts: FieldFacts, path: FieldPath, a: Json | undefined, b: Json | undefined): boolean {
  return equalAsWritten(facts, path, effective(facts, path, a), effective(facts, path, b));
}

/** {@link equalInEffect}, or `after` is what Retell migrates the retired value `before` to. */
export function equalOrMigrated(facts: FieldFacts, path: FieldPath, before: Json | undefined, after: Json | undefined): boolean {
  if (equalInEffect(facts, path, before, after)) return true;
  const successor = before === undefined ? undefined : facts.successorOf(path, before);
  return successor !== undefined && equalInEffect(facts, path, successor, after);
}

function effective(facts: FieldFacts, path: FieldPath, value: Json | undefined): Json | undefined {
  if (value !== undefined && value !== null) return value;
  const fallback = facts.defaultOf(path);
  return fallback === null ? undefined : fallback;
}

function text(facts: FieldFacts, path: FieldPath, value: Json): string {
  if (Array.isArray(value) && facts.isIdSet(path)) return canonicalJson([...new Set(value.map((item) => canonicalJson(item)))].sort());
  return canonicalJson(value);
}
