import { PARTS, type Content, type Part } from "../canonical/content.ts";
import { isJsonObject, objectFrom, own, type Json, type JsonObject } from "../canonical/json.ts";
import { itemsByName, pathPattern, type FieldPath } from "../diff/field-path.ts";
import { namedListKey } from "../diff/named-lists.ts";
import { isPromptText } from "../project/prompt-texts.ts";

/** What stands in the place of texts and objects; an object is asked for before what is in it. */
export interface Replacer {
  readonly text: (text: string, path: FieldPath) => string;
  /** The object with other members; the same object where nothing changes. */
  readonly object?: (object: JsonObject, path: FieldPath) => JsonObject;
}

/** A content with texts and objects replaced. Items of lists are named by their name, or by their index where they have none. */
export function replaceIn(content: Content, replacer: Replacer): Content {
  const visit = (value: Json, path: FieldPath): Json => {
    if (typeof value === "string") return replacer.text(value, path);
    if (Array.isArray(value)) {
      const identity = namedListKey(pathPattern(path));
      // Where two items share a name, only their places tell them apart.
      const key = identity === undefined || itemsByName(value, identity) === undefined ? undefined : identity;
      return value.map((item, index) => visit(item, [...path, { item: nameOf(item, key) ?? String(index) }]));
    }
    return isJsonObject(value) ? visitObject(value, path) : value;
  };
  const visitObject = (value: JsonObject, path: FieldPath): JsonObject => {
    const replaced = replacer.object?.(value, path) ?? value;
    return objectFrom(Object.entries(replaced).map(([key, item]) => [key, visit(item, [...path, key])] as const));
  };
  const parts = PARTS.flatMap((part) => {
    const value = content[part];
    return value === undefined ? [] : [[part, visitObject(value, [part])] as const];
  });
  return Object.fromEntries(parts) as Content;
}

/** True for a text that the build takes for a prompt: nothing in it is a reference. */
export function isPrompt(path: FieldPath): boolean {
  const [part, ...rest] = pathPattern(path);
  return (part === "llm" || part === "flow") && isPromptText(part satisfies Part, rest);
}

function nameOf(item: Json, key: "name" | "id" | undefined): string | undefined {
  const name = key === undefined || !isJsonObject(item) ? undefined : own(item, key);
  return typeof name === "string" ? name : undefined;
}
