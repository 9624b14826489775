import type { Json, JsonObject } from "../canonical/json.ts";

/** One step into a content: an object's key, or the item of a named list by its name. */
export type Step = string | { readonly item: string };

/** Where a field (a leaf) stands: part, top-level key, and so on. */
export type FieldPath = readonly Step[];

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const PLAIN_ITEM = /^[A-Za-z0-9_.-]+$/;

/**
 * The path as people read and write it: `llm.general_tools[end_call].description`. Different paths have different
 * texts: unusual keys and names are quoted as JSON strings.
 */
export function formatPath(path: FieldPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "string") {
      if (PLAIN_KEY.test(step)) text += text === "" ? step : `.${step}`;
      else text += `.${JSON.stringify(step)}`;
    } else {
      text += PLAIN_ITEM.test(step.item) ? `[${step.item}]` : `[${JSON.stringify(step.item)}]`;
    }
  }
  return text;
}

/** The path with items replaced by `[]`, as the tables of fields write it: `["llm", "general_tools", "[]", "url"]`. */
export function pathPattern(path: FieldPath): string[] {
  return path.map((step) => (typeof step === "string" ? step : "[]"));
}

/** True if `path` equals `ancestor` or lies below it. */
export function isWithin(path: FieldPath, ancestor: FieldPath): boolean {
  return ancestor.length <= path.length && ancestor.every((step, index) => sameStep(step, path[index]));
}

function sameStep(a: Step, b: Step | undefined): boolean {
  if (typeof a === "string" || typeof b === "string" || b === undefined) return a === b;
  return a.item === b.item;
}

/** Items of a named list by name, or undefined if this array cannot be read that way (an item is no object, lacks the name, or shares it). */
export function itemsByName(value: Json, key: string): Map<string, JsonObject> | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = new Map<string, JsonObject>();
  for (const item of value) {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return undefined;
    const name = Object.hasOwn(item, key) ? item[key] : undefined;
    if (typeof name !== "string" || items.has(name)) return undefined;
    items.set(name, item);
  }
  return items;
}
