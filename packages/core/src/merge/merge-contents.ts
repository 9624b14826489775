import type { Content } from "../canonical/content.ts";
import { setLeaf } from "../diff/apply-changes.ts";
import { classifyFields, type Baseline } from "../diff/classify.ts";
import type { FieldFacts } from "../diff/equality.ts";
import { mergeFields, type MergedField } from "./merge-fields.ts";

/**
 * What Git says once the console's edits are merged into it. Fields in conflict keep Git's side; fields that Git never
 * mentioned and nobody changed stay unmentioned.
 */
export function mergeContents(sides: { readonly baseline: Baseline | null; readonly desired: Content; readonly live: Content }, facts: FieldFacts): { readonly content: Content; readonly conflicts: readonly MergedField[] } {
  const changes = classifyFields(sides, { facts, mayOverwrite: () => false });
  const merged = mergeFields(changes, facts);
  const content = merged.reduce((before, field, index) => {
    // What converged is in Git already, in Git's spelling; so is what only Git changed.
    const isTaken = field.kind === "merged" && field.from !== "git" && changes[index]?.class !== "converged";
    return isTaken ? setLeaf(before, field.path, field.value) : before;
  }, sides.desired);
  return { content, conflicts: merged.filter(({ kind }) => kind === "conflict") };
}
