import type { Content } from "../canonical/content.ts";
import { isJsonObject, own, type Json, type JsonObject } from "../canonical/json.ts";
import { pathPattern, type FieldPath } from "./field-path.ts";
import { namedListKey } from "./named-lists.ts";

/**
 * The keys and indexes that lead to a field of a content. The field itself may be absent; undefined where an item of a
 * list on the way is.
 */
export function contentSteps(content: Content, path: FieldPath): (string | number)[] | undefined {
  let value: Json | undefined = content as JsonObject;
  const steps: (string | number)[] = [];
  for (const [index, step] of path.entries()) {
    if (typeof step === "string") {
      value = isJsonObject(value) ? own(value, step) : undefined;
      steps.push(step);
      continue;
    }
    const key = namedListKey(pathPattern(path.slice(0, index)));
    const at = key === undefined || !Array.isArray(value) ? -1 : value.findIndex((item) => isJsonObject(item) && own(item, key) === step.item);
    if (at < 0 || !Array.isArray(value)) return undefined;
    steps.push(at);
    value = value[at];
  }
  return steps;
}
