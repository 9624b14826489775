import { isJsonObject, own, type Json } from "../canonical/json.ts";
import { itemsByName, pathPattern, type FieldPath } from "./field-path.ts";
import { namedListKey } from "./named-lists.ts";

/** One field seen from several sides at once; undefined where a side does not have it. */
export interface Leaf<Side extends string> {
  readonly path: FieldPath;
  readonly values: Record<Side, Json | undefined>;
}

/**
 * Walks several versions of one value in step and yields its leaves in a fixed order. All sides are cut into fields in
 * the same way: a node is entered only if every side that has it agrees on its form (object, or list of named things),
 * otherwise it is one leaf. So no side can have a field that another has only as part of a larger one.
 */
export function walkLeaves<Side extends string>(values: Record<Side, Json | undefined>, path: FieldPath = []): Leaf<Side>[] {
  const sides = Object.keys(values) as Side[];
  const present = sides.map((side) => values[side]).filter((value) => value !== undefined);
  if (present.length === 0) return [];

  if (present.every(isJsonObject)) {
    const keys = [...new Set(present.flatMap((value) => Object.keys(value)))].sort();
    if (keys.length === 0) return [{ path, values }];
    return keys.flatMap((key) =>
      walkLeaves(
        mapSides(values, (value) => (isJsonObject(value) ? own(value, key) : undefined)),
        [...path, key],
      ),
    );
  }

  const key = present.every(Array.isArray) ? namedListKey(pathPattern(path)) : undefined;
  if (key !== undefined) {
    const lists = mapSides(values, (value) => (value === undefined ? new Map<string, Json>() : itemsByName(value, key)));
    const readable = sides.map((side) => lists[side]).filter((list) => list !== undefined);
    const names = [...new Set(readable.flatMap((list) => [...list.keys()]))].sort();
    if (readable.length === sides.length && names.length > 0) {
      return names.flatMap((name) =>
        walkLeaves(
          mapSides(lists, (list) => list?.get(name)),
          [...path, { item: name }],
        ),
      );
    }
  }
  return [{ path, values }];
}

function mapSides<Side extends string, A, B>(values: Record<Side, A>, convert: (value: A) => B): Record<Side, B> {
  return Object.fromEntries(Object.entries<A>(values).map(([side, value]) => [side, convert(value)])) as Record<Side, B>;
}
