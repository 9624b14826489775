import type { Json } from "../canonical/json.ts";
import type { FieldChange } from "../diff/classify.ts";
import { equalAsWritten, equalInEffect, type FieldFacts } from "../diff/equality.ts";
import { isWithin, pathPattern, type FieldPath } from "../diff/field-path.ts";
import { namedListKey } from "../diff/named-lists.ts";
import { fieldFacts } from "../plan/field-facts.ts";
import { mergeIdSets } from "./merge-id-sets.ts";
import { mergeText, type MergeChunk } from "./merge-text.ts";

/** What becomes of a field that is not in sync. */
export type MergedField =
  | {
      readonly path: FieldPath;
      /** `formatPath(path)`. */
      readonly name: string;
      readonly kind: "merged";
      /** Undefined: the field goes away. */
      readonly value: Json | undefined;
      /** Whose change it is; `both` also where both made the same one. */
      readonly from: "git" | "console" | "both";
    }
  | {
      readonly path: FieldPath;
      readonly name: string;
      readonly kind: "conflict";
      /** What both sides began with; undefined if it was not set, or if Retell held something else than Git had sent. */
      readonly base: Json | undefined;
      /** What Git would write; undefined if it takes the field out. */
      readonly git: Json | undefined;
      readonly console: Json | undefined;
      /** Where the three are texts: which runs are in conflict. */
      readonly chunks?: readonly MergeChunk[];
    };

/**
 * Merges field by field what Git and the console changed; one result for each change, in the same order. Texts are merged
 * by lines and words, sets of ids by their items, everything else is whole. If one side removed an item of a named list in
 * which the other changed something, or both added one and differ, all differing fields of that item are conflicts: give
 * all changes of an agent at once, so that this is seen. `facts` are those that the changes were classified with.
 */
export function mergeFields(changes: readonly FieldChange[], facts: FieldFacts = fieldFacts([])): MergedField[] {
  const torn = tornItems(changes, facts);
  return changes.map((change) => {
    if (change.class !== "converged" && torn.some((item) => isWithin(change.path, item))) return conflict(change, facts);
    return mergeField(change, facts);
  });
}

function mergeField(change: FieldChange, facts: FieldFacts): MergedField {
  const { path, name } = change;
  switch (change.class) {
    case "local-change":
      return { path, name, kind: "merged", value: change.target, from: "git" };
    case "console-edit":
      return { path, name, kind: "merged", value: change.live, from: "console" };
    case "converged":
      return { path, name, kind: "merged", value: change.live, from: "both" };
    case "conflict":
      return mergeBoth(change, facts);
  }
}

function mergeBoth(change: FieldChange, facts: FieldFacts): MergedField {
  const { path, name, sent, desired, seen, live } = change;
  // A list that is on neither side of the baseline may have been there without one: then nothing says who added what.
  if (facts.isIdSet(path) && Array.isArray(sent) && Array.isArray(desired) && Array.isArray(live) && equalAsWritten(facts, path, sent, seen)) {
    return { path, name, kind: "merged", value: mergeIdSets({ base: sent, git: desired, console: live }), from: "both" };
  }
  if (sent !== seen || typeof sent !== "string" || typeof desired !== "string" || typeof live !== "string") return conflict(change, facts);
  const { chunks, text } = mergeText({ base: sent, git: desired, console: live });
  return text === undefined ? { ...conflict(change, facts), chunks } : { path, name, kind: "merged", value: text, from: "both" };
}

function conflict(change: FieldChange, facts: FieldFacts): Extract<MergedField, { kind: "conflict" }> {
  const { path, name, sent, seen, target, live } = change;
  return { path, name, kind: "conflict", base: equalAsWritten(facts, path, sent, seen) ? seen : undefined, git: target, console: live };
}

/** Items that cannot be merged field by field: see {@link mergeFields}. */
function tornItems(changes: readonly FieldChange[], facts: FieldFacts): FieldPath[] {
  const names = changes.filter(({ path }) => {
    const key = namedListKey(pathPattern(path.slice(0, -2)));
    return path.length > 2 && typeof path.at(-2) === "object" && path.at(-1) === key;
  });
  return names.flatMap((named) => {
    const item = named.path.slice(0, -1);
    const within = changes.filter(({ path }) => isWithin(path, item));
    const byGit = named.sent !== undefined && named.desired === undefined;
    const byConsole = named.seen !== undefined && named.live === undefined;
    const isNew = named.sent === undefined && named.seen === undefined && named.desired !== undefined && named.live !== undefined;
    const isTorn =
      (byGit && !byConsole && within.some((change) => !change.overwritten && !equalInEffect(facts, change.path, change.seen, change.live))) ||
      (byConsole && !byGit && !named.overwritten && within.some((change) => !equalAsWritten(facts, change.path, change.sent, change.desired))) ||
      (isNew && within.some((change) => change.class === "conflict"));
    return isTorn ? [item] : [];
  });
}
