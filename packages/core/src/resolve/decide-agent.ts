import type { AdoptEdit } from "../adopt/edit.ts";
import { fieldOf } from "../adopt/expected-content.ts";
import type { Content } from "../canonical/content.ts";
import { canonicalJson } from "../canonical/content-hash.ts";
import type { Json } from "../canonical/json.ts";
import type { FieldChange } from "../diff/classify.ts";
import { isWithin, pathPattern } from "../diff/field-path.ts";
import { namedListKey } from "../diff/named-lists.ts";
import { mergeFields, type MergedField } from "../merge/merge-fields.ts";
import { fieldFacts } from "../plan/field-facts.ts";
import type { AgentPlan } from "../plan/plan.ts";
import { suggest } from "../schema/suggest.ts";
import { consoleChanges } from "./console-changes.ts";
import type { DecisionCommand } from "./read-command.ts";

/** What is to become of one field. */
export type FieldDecision =
  /** The files shall build this value: the console's, or a merged one. `entry` stands where Git then differs from the console. */
  | { readonly kind: "adopt"; readonly field: string; readonly edit: AdoptEdit; readonly entry: Json | undefined }
  /** Git may overwrite the value that was read; `edit` stands where the files hold the console's value by now. */
  | { readonly kind: "overwrite"; readonly field: string; readonly edit: AdoptEdit | undefined; readonly entry: Json }
  /** Git holds what was decided already. */
  | { readonly kind: "already"; readonly field: string }
  /** Left as it is, and why: a sentence without capital and full stop. */
  | { readonly kind: "left"; readonly field: string; readonly reason: string };

/** A decision of a person about an agent. */
export interface AgentQuestion {
  readonly verb: DecisionCommand["verb"];
  /** Planned from the files that the decision goes to, merged with their base. */
  readonly agent: AgentPlan;
  /**
   * What the base branch builds for the agent: Git's value where the files have the console's by now. Undefined where the
   * files are a person's, who may have meant the value that the console has too.
   */
  readonly base: Content | undefined;
  /** Names of fields, or of what holds them; empty for all. An item that came or went is decided about as a whole. */
  readonly fields: readonly string[];
}

/** Decides field by field; or says what is wrong with the names of fields. Pure. */
export function decideAgent(question: AgentQuestion): readonly FieldDecision[] | { readonly fault: string } {
  const changes = consoleChanges(question.agent);
  const known = changes.map((change) => change.name);
  const unknown = question.fields.find((field) => !known.some((name) => isNamedBy(name, field)));
  if (unknown !== undefined) {
    const near = suggest(unknown, known);
    const list = known.length === 0 ? "the console changed none" : `the console changed ${known.slice(0, 10).join(", ")}${known.length > 10 ? " and others" : ""}`;
    return { fault: `${JSON.stringify(unknown)} is no field of ${question.agent.name} to decide about: ${list}.${near === undefined ? "" : ` Did you mean \`${near}\`?`}` };
  }
  const chosen = question.fields.length === 0 ? changes : withWholeItems(changes.filter(({ name }) => question.fields.some((field) => isNamedBy(name, field))), changes);
  if (question.verb === "merge") {
    // All at once, since an item that one side took out and the other changed is seen only as a whole.
    const { live, desired } = question.agent.material;
    const merged = new Map(mergeFields(question.agent.changes, fieldFacts([live, desired?.content])).map((field) => [field.name, field] as const));
    return chosen.map((change) => decideMerge(change, merged.get(change.name)));
  }
  const isOpen = chosen.some((change) => change.class !== "converged");
  return chosen.map((change) => (question.verb === "use-console" ? useConsole(change) : useGit(change, question.base, isOpen)));
}

/** True if `field` is the field's name, or that of an object or list that it lies in. */
function isNamedBy(name: string, field: string): boolean {
  return name === field || (name.startsWith(field) && (name[field.length] === "." || name[field.length] === "["));
}

/** The chosen fields, and of an item that came or went as a whole all of them: half a tool is none. */
function withWholeItems(chosen: readonly FieldChange[], changes: readonly FieldChange[]): FieldChange[] {
  const moved = changes.flatMap(({ path }) => {
    const key = namedListKey(pathPattern(path.slice(0, -2)));
    return path.length > 2 && typeof path.at(-2) === "object" && path.at(-1) === key ? [path.slice(0, -1)] : [];
  });
  const items = moved.filter((item) => chosen.some(({ path }) => isWithin(path, item)));
  return changes.filter((change) => chosen.includes(change) || items.some((item) => isWithin(change.path, item)));
}

function useConsole(change: FieldChange): FieldDecision {
  if (change.class === "converged") return { kind: "already", field: change.name };
  return { kind: "adopt", field: change.name, edit: editTo(change, change.live), entry: undefined };
}

/** `isOpen`: the decision is about other fields too, so that one without a difference is nothing to complain about. */
function useGit(change: FieldChange, base: Content | undefined, isOpen: boolean): FieldDecision {
  if (change.overwritten) return { kind: "already", field: change.name };
  const entry = change.live ?? null;
  if (change.class !== "converged") return { kind: "overwrite", field: change.name, edit: undefined, entry };
  const git = base === undefined ? undefined : fieldOf(base, change.path);
  if (base === undefined || isSame(git, change.live)) {
    return isOpen ? { kind: "already", field: change.name } : { kind: "left", field: change.name, reason: "Git holds the same as the console; to have another value, write it into the files" };
  }
  return { kind: "overwrite", field: change.name, edit: editTo(change, git), entry };
}

function decideMerge(change: FieldChange, merged: MergedField | undefined): FieldDecision {
  if (change.class === "converged" || change.overwritten) return { kind: "already", field: change.name };
  if (merged === undefined || merged.kind === "conflict") {
    const words = typeof change.live === "string" && typeof change.desired === "string" ? "both sides changed the same words" : "both sides changed it";
    return { kind: "left", field: change.name, reason: `${words}; choose with \`use-git\` or \`use-console\`` };
  }
  return { kind: "adopt", field: change.name, edit: editTo(change, merged.value), entry: isSame(merged.value, change.live) ? undefined : (change.live ?? null) };
}

function editTo({ path, name }: FieldChange, live: Json | undefined): AdoptEdit {
  return { path, name, live };
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b);
}
