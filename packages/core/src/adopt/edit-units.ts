import type { Content } from "../canonical/content.ts";
import type { Json } from "../canonical/json.ts";
import { equalInEffect } from "../diff/equality.ts";
import { formatPath, isWithin, type FieldPath } from "../diff/field-path.ts";
import { walkLeaves } from "../diff/walk.ts";
import { fieldFacts } from "../plan/field-facts.ts";
import type { AdoptEdit } from "./edit.ts";
import { fieldOf, withEdits } from "./expected-content.ts";

/** Edits that are adopted together or not at all. */
export interface EditUnit {
  /** The item of a named list that the console added or removed, else the edited field. */
  readonly path: FieldPath;
  readonly kind: "field" | "added-item" | "removed-item";
  readonly edits: readonly AdoptEdit[];
  /** Part and top-level key: fields of one object may need each other. */
  readonly group: string;
}

/** Groups edits, in the order of their names; all fields of an item that came or went are one unit. */
export function editUnits(desired: Content, edits: readonly AdoptEdit[]): EditUnit[] {
  const after = withEdits(desired, edits);
  const units = new Map<string, EditUnit>();
  for (const edit of [...edits].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))) {
    const item = wholeItem(edit.path, desired, after);
    const path = item?.path ?? edit.path;
    const name = formatPath(path);
    const unit = units.get(name);
    const group = formatPath(edit.path.slice(0, 2));
    units.set(name, { path, kind: item?.kind ?? "field", edits: [...(unit?.edits ?? []), edit], group });
  }
  return [...units.values()].sort((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : 0));
}

/**
 * A field of a removed item that no edit speaks of and that is set to something: Git has changed it since, and taking the
 * item out would lose that.
 */
export function partChangedInGit(unit: EditUnit, desired: Content): string | undefined {
  if (unit.kind !== "removed-item") return undefined;
  const facts = fieldFacts([desired]);
  const leaves = walkLeaves<"item">({ item: fieldOf(desired, unit.path) }, unit.path);
  const silent = leaves.find(({ path, values }) => !facts.isLayout(path) && !unit.edits.some((edit) => isWithin(path, edit.path) || isWithin(edit.path, path)) && !equalInEffect(facts, path, values.item, undefined));
  return silent === undefined ? undefined : formatPath(silent.path);
}

function wholeItem(path: FieldPath, before: Content, after: Content): { readonly path: FieldPath; readonly kind: "added-item" | "removed-item" } | undefined {
  for (const [index, step] of path.entries()) {
    if (typeof step === "string") continue;
    const item = path.slice(0, index + 1);
    const [was, is]: (Json | undefined)[] = [fieldOf(before, item), fieldOf(after, item)];
    if (was === undefined && is !== undefined) return { path: item, kind: "added-item" };
    if (was !== undefined && is === undefined) return { path: item, kind: "removed-item" };
  }
  return undefined;
}
