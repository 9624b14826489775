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
    return value.find((item) => isNamed(item, segment));
  }
  return Object.hasOwn(value, segment) ? value[segment] : undefined;
}

// Not by way of memberOf: that would descend into lists of lists, however deep.
function isNamed(item: Json, name: string): boolean {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return false;
  return ["name", "id"].some((key) => Object.hasOwn(item, key) && item[key] === name);
}

/** A row of a table that speaks of one or more paths. */
export interface PathRow {
  readonly paths: readonly PathPattern[];
}

interface Branch<Row> {
  row?: Row;
  readonly steps: { readonly step: PatternStep; readonly next: Branch<Row> }[];
}

/** A table of rows that can be asked for the row of a place. */
export interface PathTable<Row extends PathRow> {
  readonly rows: readonly Row[];
  /** The first row, in order of the table's patterns, that names the place; `undefined` if none does. */
  find(place: Place): Row | undefined;
  /** All rows that name the place if their conditions hold, without asking whether they do. */
  possible(place: Omit<Place, "root">): Row[];
}

/** Compiles the rows' patterns once into a tree, so that a look-up costs the depth of the path and not the length of the table. */
export function pathTable<Row extends PathRow>(rows: readonly Row[]): PathTable<Row> {
  const kinds = new Map<string, Branch<Row>>();
  for (const row of rows) {
    for (const pattern of row.paths) {
      const { kind, steps } = compilePattern(pattern);
      let branch = kinds.get(kind) ?? { steps: [] };
      kinds.set(kind, branch);
      for (const step of steps) branch = descend(branch, step);
      branch.row ??= row;
    }
  }
  return {
    rows,
    find: ({ kind, path, root }) => {
      const branch = kinds.get(kind);
      return branch && search(branch, { path, at: 0, value: root })[0];
    },
    possible: ({ kind, path }) => {
      const branch = kinds.get(kind);
      return branch ? [...new Set(search(branch, { path, at: 0, value: undefined, unconditional: true }))] : [];
    },
  };
}

function descend<Row>(branch: Branch<Row>, step: PatternStep): Branch<Row> {
  const present = branch.steps.find((other) => JSON.stringify(other.step) === JSON.stringify(step));
  if (present) return present.next;
  const next: Branch<Row> = { steps: [] };
  branch.steps.push({ step, next });
  return next;
}

interface Cursor {
  readonly path: JsonPath;
  readonly at: number;
  readonly value: Json | undefined;
  readonly unconditional?: boolean;
}

function search<Row>(branch: Branch<Row>, cursor: Cursor): Row[] {
  const segment = cursor.path[cursor.at];
  const here = segment === undefined && branch.row !== undefined ? [branch.row] : [];
  const below = branch.steps.flatMap(({ step, next }) => {
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
