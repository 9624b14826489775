import type { Content } from "../canonical/content.ts";
import { isJsonObject, type Json, type JsonObject } from "../canonical/json.ts";
import { nodeAt, setLeaf } from "../diff/apply-changes.ts";
import { equalAsWritten, equalInEffect, type FieldFacts } from "../diff/equality.ts";
import { formatPath, isWithin, type FieldPath } from "../diff/field-path.ts";
import { walkLeaves } from "../diff/walk.ts";
import { fieldFacts } from "../plan/field-facts.ts";
import type { AdoptEdit } from "./edit.ts";

/** The content as it has to be built once the edits are in the files. */
export function withEdits(content: Content, edits: readonly AdoptEdit[]): Content {
  return edits.reduce((edited, { path, live }) => setLeaf(edited, path, live), content);
}

/**
 * The first field in which a build is not what was expected; undefined if there is none. Where an edit was, the values
 * have to be equal, and "not set" may be said by absence or by `null`; everywhere else nothing at all may differ.
 * `orElse` is a second content that will do for edited fields.
 */
export function firstDifference(input: {
  readonly expected: Content;
  readonly built: Content;
  readonly edits: readonly AdoptEdit[];
  readonly orElse?: Content;
}): { readonly path: FieldPath; readonly name: string; readonly edited: boolean } | undefined {
  const { expected, built, edits, orElse } = input;
  const facts = fieldFacts([expected, built]);
  for (const { path, values } of walkLeaves<"expected" | "built" | "other">({ expected, built, other: orElse })) {
    const edited = edits.some((edit) => isWithin(path, edit.path) || isWithin(edit.path, path));
    const isRight = edited
      ? holds(facts, path, values.expected, values.built) || leftEmpty(values.expected, values.built) || (orElse !== undefined && equalAsWritten(facts, path, values.other, values.built))
      : equalAsWritten(facts, path, values.expected, values.built);
    if (!isRight) return { path, name: formatPath(path), edited };
  }
  return undefined;
}

/** True if a built value is what the console holds. */
export function holds(facts: FieldFacts, path: FieldPath, live: Json | undefined, built: Json | undefined): boolean {
  return walkLeaves({ live, built }, path).every((leaf) => {
    const { live: wanted, built: found } = leaf.values;
    return wanted === undefined || wanted === null ? equalInEffect(facts, leaf.path, wanted, found) : equalAsWritten(facts, leaf.path, wanted, found);
  });
}

/** An object or list from which everything was taken out, and its absence, are one thing. */
function leftEmpty(a: Json | undefined, b: Json | undefined): boolean {
  return isEmpty(a) && isEmpty(b);
}

/** True for what holds nothing, however deep: absent, `{}`, `[]`. */
export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.values(value).every(isEmpty);
}

/** The value of a field, items of named lists by name. */
export function fieldOf(content: Content, path: FieldPath): Json | undefined {
  return nodeAt(content as JsonObject, path);
}
