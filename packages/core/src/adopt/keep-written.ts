import { isJsonObject, objectFrom, own, type Json } from "../canonical/json.ts";
import { contentSteps } from "../diff/content-steps.ts";
import type { FieldPath } from "../diff/field-path.ts";
import type { DesiredAgent } from "../project/desired.ts";
import { toPointer } from "../project/json-node.ts";

/** A value without a name of its own for each of its parts, of which some are built. */
export interface BuiltValue {
  readonly desired: DesiredAgent;
  readonly path: FieldPath;
  /** What the files say there. */
  readonly written: Json | undefined;
  readonly live: Json;
}

/** A new value of such a field, and how many of its prompts of sections became text in it. */
export interface KeptValue {
  readonly value: Json;
  readonly lost: number;
}

/**
 * The new value as the files say it: texts within it that are built as before stay as they are written, with their tags
 * and as names of sections.
 */
export function keepWritten({ desired, path, written, live }: BuiltValue): KeptValue {
  const steps = contentSteps(desired.content, path);
  if (steps === undefined || typeof live !== "object") return { value: live, lost: 0 };
  const start = toPointer(steps);
  let left = promptsBelow(desired, path);
  if (left === 0 && ![...desired.prompts.keys()].some((pointer) => pointer.startsWith(`${start}/`))) return { value: live, lost: 0 };
  const visit = (now: Json, before: Json | undefined, pointer: string): Json => {
    const prompt = desired.prompts.get(pointer);
    if (prompt !== undefined && before !== undefined && prompt.text === now) {
      if (prompt.sections.length > 0) left -= 1;
      return before;
    }
    if (Array.isArray(now)) return now.map((item, index) => visit(item, Array.isArray(before) ? before[index] : undefined, `${pointer}/${index}`));
    if (!isJsonObject(now)) return now;
    return objectFrom(Object.entries(now).map(([key, item]) => [key, visit(item, isJsonObject(before) ? own(before, key) : undefined, pointer + toPointer([key]))] as const));
  };
  const value = visit(live, written, start);
  return { value, lost: left };
}

/** How many prompts of sections stand within a field, without being one. */
export function promptsBelow(desired: DesiredAgent, path: FieldPath): number {
  const steps = contentSteps(desired.content, path);
  if (steps === undefined) return 0;
  return [...desired.prompts].filter(([pointer, { sections }]) => sections.length > 0 && pointer.startsWith(`${toPointer(steps)}/`)).length;
}
