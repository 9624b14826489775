import type { Content } from "../canonical/content.ts";
import type { Json } from "../canonical/json.ts";
import { equalAsWritten, equalInEffect, equalOrMigrated, type FieldFacts } from "./equality.ts";
import { formatPath, type FieldPath } from "./field-path.ts";
import { walkLeaves } from "./walk.ts";

/**
 * | Git changed (desired ≠ sent) | console changed (live ≠ seen) | class |
 * | --- | --- | --- |
 * | no | no | `in-sync` |
 * | yes | no | `local-change` |
 * | no | yes | `console-edit` |
 * | yes | yes, to the same | `converged` |
 * | yes | yes, differently | `conflict` |
 *
 * Where live already is what Git asks for, the class is `converged`, whoever changed.
 */
export type FieldClass = "in-sync" | "local-change" | "console-edit" | "converged" | "conflict";

/** What Git said and what Retell held at the last write. `null` stands for "no baseline": the agent is known by its id only. */
export interface Baseline {
  readonly sent: Content;
  readonly seen: Content;
}

/** A field that is not in sync. */
export interface FieldChange {
  readonly path: FieldPath;
  /** `formatPath(path)`. */
  readonly name: string;
  readonly class: Exclude<FieldClass, "in-sync">;
  readonly sent: Json | undefined;
  readonly desired: Json | undefined;
  readonly seen: Json | undefined;
  readonly live: Json | undefined;
  /**
   * What a write would put there: what Git says; where Git is silent (an overwritten console edit), what was seen; where
   * Git has taken the field out, or nothing was seen, its reset value. Undefined: the field goes away.
   */
  readonly target: Json | undefined;
  /** True where a person allowed Git to overwrite the console's value; the class is then `local-change`. */
  readonly overwritten: boolean;
}

export interface ClassifyOptions {
  readonly facts: FieldFacts;
  /** May this console value be overwritten? Asked for fields that would be `console-edit` or `conflict`. */
  readonly mayOverwrite: (change: Omit<FieldChange, "overwritten">) => boolean;
}

/** Compares the four sides field by field. Fields in sync are left out; the order is that of the paths. */
export function classifyFields(
  sides: { baseline: Baseline | null; desired: Content; live: Content },
  options: ClassifyOptions,
): FieldChange[] {
  const { facts } = options;
  const leaves = walkLeaves<"sent" | "desired" | "seen" | "live">({
    sent: sides.baseline?.sent,
    desired: sides.desired,
    seen: sides.baseline?.seen,
    live: sides.live,
  });
  const changes: FieldChange[] = [];
  for (const { path, values } of leaves) {
    const fieldClass = sides.baseline === null ? classifyWithoutBaseline(facts, path, values) : classify(facts, path, values);
    if (fieldClass === "in-sync") continue;
    const change = { path, name: formatPath(path), class: fieldClass, ...values, target: targetOf(facts, path, values) };
    const overwritten = (fieldClass === "console-edit" || fieldClass === "conflict") && options.mayOverwrite(change);
    changes.push({ ...change, class: overwritten ? "local-change" : fieldClass, overwritten });
  }
  return changes;
}

type Values = Record<"sent" | "desired" | "seen" | "live", Json | undefined>;

function classify(facts: FieldFacts, path: FieldPath, values: Values): FieldClass {
  const { sent, desired, seen, live } = values;
  const silent = sent === undefined && desired === undefined;
  if (silent && !facts.isKnown(path)) return "in-sync";
  const gitChanged = !equalAsWritten(facts, path, desired, sent);
  const consoleChanged = !facts.isLayout(path) && !equalOrMigrated(facts, path, seen, live);
  if (!gitChanged && !consoleChanged) return "in-sync";
  if (!silent && equalInEffect(facts, path, targetOf(facts, path, values), live)) return "converged";
  if (gitChanged && consoleChanged) return "conflict";
  return gitChanged ? "local-change" : "console-edit";
}

/** Without a baseline nobody can say who changed: equal values become the baseline, every difference needs a person. */
function classifyWithoutBaseline(facts: FieldFacts, path: FieldPath, { desired, live }: Values): FieldClass {
  if (desired === undefined) return "in-sync";
  return facts.isLayout(path) || equalInEffect(facts, path, desired, live) ? "converged" : "conflict";
}

/** See {@link FieldChange.target}. A removed field inside an object or list simply goes; a removed top-level key is reset. */
function targetOf(facts: FieldFacts, path: FieldPath, { sent, desired, seen }: Values): Json | undefined {
  if (desired !== undefined) return desired;
  if (sent === undefined && seen !== undefined) return seen;
  if (path.length > 2) return undefined;
  return facts.isNullable(path) ? null : facts.defaultOf(path);
}
