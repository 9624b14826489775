import type { Json } from "../canonical/json.ts";
import type { JsonPath } from "./field-schema.ts";

/**
 * A path pattern names fields in all documents of a kind: `llm.general_tools[](type=custom).timeout_ms`.
 * The first segment is the kind (`agent`, `llm`, `flow`); `[]` is any item of a list; `*` any key; `(key=value)` says that the
 * object reached so far must hold that value.
 */
export type PathPattern = string;

/** One step of a compiled pattern. */
export type PatternStep =
  | { readonly step: "key"; readonly name: string }
  | { readonly step: "any-key" }
  | { readonly step: "item" }
  | { readonly step: "where"; readonly key: string; readonly value: string };

/** A compiled pattern: its kind and its steps. */
export interface CompiledPattern {
  readonly kind: string;
  readonly steps: readonly PatternStep[];
}

const SEGMENT = /^([A-Za-z0-9_$*-]+)((?:\[\])*)((?:\([a-z_]+=[^()]+\))*)$/;

/** Reads a pattern; throws for one that is malformed, since patterns are written in our tables only. */
export function compilePattern(pattern: PathPattern): CompiledPattern {
  const [kind = "", ...segments] = pattern.split(/\.(?![^(]*\))/);
  const steps = segments.flatMap((segment): PatternStep[] => {
    const [, name, items = "", filters = ""] = SEGMENT.exec(segment) ?? [];
    if (name === undefined) throw new Error(`malformed path pattern: ${pattern}`);
    return [
      name === "*" ? { step: "any-key" } : { step: "key", name },
      ...Array.from({ length: items.length / 2 }, (): PatternStep => ({ step: "item" })),
      ...[...filters.matchAll(/\(([a-z_]+)=([^()]+)\)/g)].map(
        ([, key = "", value = ""]): PatternStep => ({ step: "where", key, value }),
      ),
    ];
  });
  return { kind, steps };
}

/** A place in a document: the path from the root of the agent or engine, and that root where it is at hand. */
export interface Place {
  readonly kind: string;
  readonly path: JsonPath;
  /** Needed by patterns with a condition, which match nothing without it. */
  readonly root?: Json | undefined;
}

/** Whether the pattern names this place exactly. */
export function matchesPath(pattern: PathPattern, place: Place): boolean {
  const compiled = compilePattern(pattern);
  if (compiled.kind !== place.kind) return false;
  let at = 0;
  let value = place.root;
  for (const step of compiled.steps) {
    if (step.step === "where") {
      if (memberOf(value, step.key) !== step.value) return false;
      continue;
    }
    const segment = place.path[at++];
    if (segment === undefined || (step.step === "key" && step.name !== segment)) return false;
    if (step.step === "any-key" && typeof segment !== "string") return false;
    value = memberOf(value, segment);
  }
  return at === place.path.length;
}

/** Goes one step down: an own key of an object, an index of a list, or the item of a list that bears the name or id. */
export function memberOf(value: Json | undefined, segment: string | number): Json | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) {
    if (typeof segment === "number") return value[segment];
    return value.length < LONG_LIST ? value.find((item) => isNamed(item, segment)) : itemsByName(value).get(segment);
  }
  return Object.hasOwn(value, segment) ? value[segment] : undefined;
}

/** From here on a list is worth an index: every leaf of a flow with hundreds of nodes is looked up by its node's id. */
const LONG_LIST = 16;
const indexes = new WeakMap<readonly Json[], Map<string, Json>>();

function itemsByName(list: readonly Json[]): Map<string, Json> {
  const known = indexes.get(list);
  if (known !== undefined) return known;
  const index = new Map<string, Json>();
  for (const item of list) {
    for (const key of NAMES) {
      const name = typeof item === "object" && item !== null && !Array.isArray(item) && Object.hasOwn(item, key) ? item[key] : undefined;
      if (typeof name === "string" && !index.has(name)) index.set(name, item);
    }
  }
  indexes.set(list, index);
  return index;
}

const NAMES = ["name", "id"] as const;

// Not by way of memberOf: that would descend into lists of lists, however deep.
function isNamed(item: Json, name: string): boolean {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return false;
  return NAMES.some((key) => Object.hasOwn(item, key) && item[key] === name);
}

/** A row of a table that speaks of one or more paths. */
export interface PathRow {
  readonly paths: readonly PathPattern[];
}

/** Patterns as a tree of their steps, so that a look-up costs the depth of the path and not the number of patterns. */
export interface PathTree<Value> {
  /** What was planted at the end of this way, in order. */
  readonly values: Value[];
  /** By `stepText`. */
  readonly branches: Map<string, { readonly step: PatternStep; readonly next: PathTree<Value> }>;
}

/** A tree without patterns. */
export const emptyTree = <Value>(): PathTree<Value> => ({ values: [], branches: new Map() });

/** Adds a pattern's steps to the tree, with a value at their end. */
export function plant<Value>(tree: PathTree<Value>, { steps, value }: { readonly steps: readonly PatternStep[]; readonly value: Value }): void {
  let at = tree;
  for (const step of steps) {
    const text = stepText(step);
    const branch = at.branches.get(text) ?? { step, next: emptyTree<Value>() };
    at.branches.set(text, branch);
    at = branch.next;
  }
  at.values.push(value);
}

/** A step as a pattern has it; names a branch of a tree. */
export function stepText(step: PatternStep): string {
  switch (step.step) {
    case "key":
      return `.${step.name}`;
    case "any-key":
      return "*";
    case "item":
      return "[]";
    case "where":
      return `(${step.key}=${step.value})`;
  }
}

/** Whether a pattern speaks of this kind; costs less than compiling it. */
export const isOfKind = (pattern: PathPattern, kind: string): boolean => pattern === kind || pattern.startsWith(`${kind}.`);

/** A table of rows that can be asked for the row of a place. */
export interface PathTable<Row extends PathRow> {
  readonly rows: readonly Row[];
  /** The first row, in order of the table's patterns, that names the place; `undefined` if none does. */
  find(place: Place): Row | undefined;
  /** All rows that name the place if their conditions hold, without asking whether they do. */
  possible(place: Omit<Place, "root">): Row[];
}

/**
 * A table that compiles the patterns of a kind when that kind is first asked for, since most runs see few kinds. A malformed pattern
 * therefore throws at its first use.
 */
export function pathTable<Row extends PathRow>(rows: readonly Row[]): PathTable<Row> {
  const trees = new Map<string, PathTree<Row>>();
  const treeOf = (kind: string): PathTree<Row> => {
    const known = trees.get(kind);
    if (known) return known;
    const tree = emptyTree<Row>();
    for (const row of rows) {
      for (const pattern of row.paths) {
        if (isOfKind(pattern, kind)) plant(tree, { steps: compilePattern(pattern).steps, value: row });
      }
    }
    trees.set(kind, tree);
    return tree;
  };
  return {
    rows,
    find: ({ kind, path, root }) => search(treeOf(kind), { path, at: 0, value: root })[0],
    possible: ({ kind, path }) => [...new Set(search(treeOf(kind), { path, at: 0, value: undefined, unconditional: true }))],
  };
}

interface Cursor {
  readonly path: JsonPath;
  readonly at: number;
  readonly value: Json | undefined;
  readonly unconditional?: boolean;
}

function search<Row>(tree: PathTree<Row>, cursor: Cursor): Row[] {
  const segment = cursor.path[cursor.at];
  const here = segment === undefined ? tree.values.slice(0, 1) : [];
  const below = [...tree.branches.values()].flatMap(({ step, next }) => {
    if (step.step === "where") {
      const holds = cursor.unconditional === true || memberOf(cursor.value, step.key) === step.value;
      return holds ? search(next, cursor) : [];
    }
    if (segment === undefined || (step.step === "key" && step.name !== segment)) return [];
    if (step.step === "any-key" && typeof segment !== "string") return [];
    return search(next, { ...cursor, at: cursor.at + 1, value: memberOf(cursor.value, segment) });
  });
  return [...here, ...below];
}
