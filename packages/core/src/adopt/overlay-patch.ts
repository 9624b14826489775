import { canonicalJson } from "../canonical/content-hash.ts";
import { isJsonObject, objectFrom, own, type Json, type JsonObject } from "../canonical/json.ts";
import { itemsByName } from "../diff/field-path.ts";
import { REMOVE } from "../project/merge-patch.ts";
import { fileListKey, named, type FileStep } from "./agent-files.ts";

/**
 * The patch of an overlay that turns `base` into `value` at a path: only what differs. A `null` inside of `value` cannot
 * be said by a merge patch and comes out as absent.
 */
export function patchFor({ base, value, steps }: { readonly base: Json | undefined; readonly value: Json; readonly steps: readonly FileStep[] }): Json {
  if (isJsonObject(value)) return isJsonObject(base) ? objectPatch(base, value, steps) : value;
  const key = Array.isArray(value) ? fileListKey(steps) : undefined;
  const before = key === undefined || base === undefined ? undefined : itemsByName(base, key);
  const after = key === undefined ? undefined : itemsByName(value, key);
  if (key === undefined || before === undefined || after === undefined || after.size === 0) return value;
  const changed = [...after].filter(([name, item]) => !isSame(before.get(name), item));
  const patches = [
    ...changed.map(([name, item]) => {
      const step = { item: name, key };
      return named(step, patchFor({ base: before.get(name), value: item, steps: [...steps, step] }));
    }),
    ...[...before.keys()].filter((name) => !after.has(name)).map((name) => removal({ item: name, key })),
  ];
  // An empty list would take all items out.
  return patches.length === 0 ? value : patches;
}

/** What takes an item of a named list out. */
export function removal(step: Exclude<FileStep, string>): Json {
  return named(step, { [REMOVE]: true });
}

function objectPatch(base: JsonObject, value: JsonObject, steps: readonly FileStep[]): Json {
  return objectFrom([
    ...Object.entries(value)
      .filter(([key, item]) => !isSame(own(base, key), item))
      .map(([key, item]) => [key, patchFor({ base: own(base, key), value: item, steps: [...steps, key] })] as const),
    ...Object.keys(base)
      .filter((key) => !Object.hasOwn(value, key))
      .map((key) => [key, null] as const),
  ]);
}

function isSame(a: Json | undefined, b: Json): boolean {
  return a !== undefined && canonicalJson(a) === canonicalJson(b);
}
