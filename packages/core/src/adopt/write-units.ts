import type { Content } from "../canonical/content.ts";
import { isJsonObject, own, type Json } from "../canonical/json.ts";
import { formatPath, pathPattern, type FieldPath } from "../diff/field-path.ts";
import { namedListKey } from "../diff/named-lists.ts";
import { fieldFacts } from "../plan/field-facts.ts";
import type { DesiredAgent } from "../project/desired.ts";
import { valueOf } from "../project/json-node.ts";
import type { Workspace } from "../project/workspace.ts";
import { fileSteps, nodeAtSteps, readAgentFiles, type AgentFiles } from "./agent-files.ts";
import type { Draft, Drafted } from "./draft.ts";
import type { AdoptEdit } from "./edit.ts";
import type { EditUnit } from "./edit-units.ts";
import { keepWritten, promptsBelow } from "./keep-written.ts";
import { fieldOf, isEmpty, withEdits } from "./expected-content.ts";
import type { Build } from "./rebuild.ts";
import { promptPointer } from "./unadoptable.ts";
import { overlayDecides, writeField, type Reach } from "./write-field.ts";
import { valuesFor, writePrompts, writeValues, type PromptContext, type PromptWay } from "./write-prompts.ts";
import type { Fork } from "./write-sections.ts";

/** The agent that units are written for. */
export interface UnitContext {
  readonly build: Build;
  readonly workspace: Workspace;
  readonly agent: string;
  /** The agent's prompts as the files have them, and who else is built from its sections. */
  readonly prompts: Omit<PromptContext, "way" | "variables">;
  readonly desired: DesiredAgent;
  readonly files: AgentFiles;
  /** All console edits of the agent. */
  readonly edits: readonly AdoptEdit[];
  /** True for an edit that every other workspace of the branch shows too, or where there is none. */
  readonly isShared: (edit: AdoptEdit) => boolean;
  /** All that the console holds; undefined if unknown. */
  readonly live: Content | undefined;
}

/** New texts by path with all units written, one after the other, and the sections that were copied; or why one cannot be written. */
export type WrittenUnits = { readonly changed: ReadonlyMap<string, string>; readonly forked: readonly Fork[] } | { readonly fault: string; readonly isFinal?: true };

/** Writes units in one of the ways that there are for prompts. */
export function writeUnits(context: UnitContext, units: readonly EditUnit[], way: PromptWay): WrittenUnits {
  const expected = withEdits(context.desired.content, units.flatMap((unit) => unit.edits));
  const takenOut = new Set<string>();
  const edited = units.filter((unit) => isPromptUnit(unit, context.desired));
  const values = edited.length === 0 ? new Map<string, string>() : valuesFor({ ...context.prompts, way }, expected);
  const prompts: PromptContext = { ...context.prompts, way, variables: new Map([...context.prompts.prompts.variables, ...values]) };
  const reachOf = (some: readonly EditUnit[]): Reach => (some.every((unit) => unit.edits.every(context.isShared)) ? "all" : "alone");
  let draft = writeValues({ files: context.files, others: new Map(), forked: [] }, values, { prompts: prompts.prompts, reach: reachOf(edited) });
  for (const unit of units) {
    if ("fault" in draft) return draft;
    if (!edited.includes(unit)) draft = writeUnit({ context, unit, expected, takenOut, way }, draft);
  }
  if ("fault" in draft) return draft;
  const writes = edited.flatMap((unit) => unit.edits.flatMap(({ path, live }) => (typeof live === "string" ? [{ path, live, reach: reachOf([unit]) }] : [])));
  if (writes.length > 0) draft = writePrompts(prompts, { writes, expected }, draft);
  if ("fault" in draft) return draft;
  const { base, flow, overlay } = draft.files;
  const texts: (readonly [string, string | undefined])[] = [[base.file, base.text], ...(flow === undefined ? [] : [[flow.file, flow.text] as const]), [overlay.file, overlay.text], ...draft.others];
  const changed = texts.flatMap(([file, text]) => (text === undefined || text === context.build.files.get(file)?.text ? [] : [[file, text] as const]));
  return { changed: new Map(changed), forked: draft.forked };
}

/** True for another text of a prompt. */
export function isPromptUnit({ kind, edits: [edit] }: EditUnit, desired: DesiredAgent): boolean {
  return kind === "field" && typeof edit?.live === "string" && promptPointer(edit.path, desired) !== undefined;
}

/** True where there is more than one way of writing the unit: another text of a prompt, or a value that holds prompts of sections. */
export function hasWays(unit: EditUnit, desired: DesiredAgent): boolean {
  return isPromptUnit(unit, desired) || (unit.kind === "field" && promptsBelow(desired, unit.path) > 0);
}

interface UnitWrite {
  readonly context: UnitContext;
  readonly unit: EditUnit;
  /** The content with all edits of this attempt. */
  readonly expected: Content;
  /** Names of what was taken out already. */
  readonly takenOut: Set<string>;
  readonly way: PromptWay;
}

function writeUnit(write: UnitWrite, draft: Draft): Drafted {
  const { context, unit, expected } = write;
  const reach: Reach = unit.edits.every(context.isShared) ? "all" : "alone";
  const [edit] = unit.edits;
  if (unit.kind === "removed-item" || edit?.live === undefined) return takeOut(write, draft, reach);
  if (unit.kind === "added-item") return put(draft, { path: unit.path, value: fieldOf(expected, unit.path), order: orderOf(unit.path, context.live) }, reach);
  const { live, path } = edit;
  if (live === null) return unset(context, { path, reach }, draft);
  const agentVersion = impliedVersion(context, edit);
  const kept = keepWritten({ desired: context.desired, path, live, written: writtenAt(draft, path) });
  if (kept.lost > 0 && write.way.flat === undefined) return { fault: "it holds a text that is put together from sections, in a list whose items have no names; edit the file by hand" };
  const written = put(draft, { path, value: kept.value }, reach);
  return "fault" in written || agentVersion === undefined ? written : put(written, agentVersion, reach);
}

function writtenAt({ files }: Draft, path: FieldPath): Json | undefined {
  const steps = fileSteps(path);
  const node = steps && nodeAtSteps(readAgentFiles(files)?.merged, steps);
  return node && valueOf(node);
}

function put(draft: Draft, write: { readonly path: FieldPath; readonly value: Json | undefined; readonly order?: readonly string[] | undefined }, reach: Reach): Drafted {
  const steps = fileSteps(write.path);
  if (steps === undefined) return { fault: "no file says this field" };
  const written = writeField(draft.files, { steps, value: write.value, order: write.order }, reach);
  return "fault" in written ? written : { ...draft, files: written.files };
}

/** Takes out a field, or all of an item or object of which nothing is left. */
function takeOut(write: UnitWrite, draft: Draft, reach: Reach): Drafted {
  let current: Drafted = draft;
  for (const edit of write.unit.edits) {
    const path = gonePath(edit.path, write);
    const name = formatPath(path);
    if (write.takenOut.has(name)) continue;
    write.takenOut.add(name);
    current = put(current, { path, value: undefined }, reach);
    if ("fault" in current) return current;
  }
  return current;
}

/** The topmost node that goes with a removed field: an item without its name, an object that the console does not have either. */
function gonePath(path: FieldPath, { expected, context }: UnitWrite): FieldPath {
  for (let length = 2; length < path.length; length += 1) {
    const above = path.slice(0, length);
    const left = fieldOf(expected, above);
    const isGone = left === undefined || (isEmpty(left) && context.live !== undefined && fieldOf(context.live, above) === undefined);
    if (isGone) return above;
  }
  return path;
}

/** Says that a field is not set: by `null` where Retell takes that, else by leaving it out. */
function unset(context: UnitContext, { path, reach }: { readonly path: FieldPath; readonly reach: Reach }, draft: Draft): Drafted {
  const steps = fileSteps(path);
  const nodes = readAgentFiles(draft.files);
  if (steps === undefined || nodes === undefined) return { fault: "no file says this field" };
  const isMentioned = fieldOf(context.desired.content, path) !== undefined;
  const inOverlay = reach === "alone" || overlayDecides(nodes, steps);
  const takesNull = fieldFacts([context.desired.content]).isNullable(path);
  if (!isMentioned && inOverlay) return { fault: "it is cleared, the files never set it, and an overlay cannot say that it is not set" };
  if (!isMentioned && !takesNull) return { fault: "it is cleared, and the files never set it" };
  return put(draft, { path, value: inOverlay || takesNull ? null : undefined }, reach);
}

/** The version that stood beside a reference to an agent without being written, once the reference becomes an id. */
function impliedVersion({ desired, edits }: UnitContext, { path, live }: AdoptEdit): { readonly path: FieldPath; readonly value: Json } | undefined {
  if (path.at(-1) !== "agent_id" || typeof live !== "string" || live.startsWith("agent://")) return undefined;
  const version = [...path.slice(0, -1), "agent_version"];
  const value = fieldOf(desired.content, version);
  const before = fieldOf(desired.content, path);
  if (value === undefined || typeof before !== "string" || !before.startsWith("agent://")) return undefined;
  return edits.some((edit) => edit.name === formatPath(version)) ? undefined : { path: version, value };
}

/** Names of a list in the console's order. */
function orderOf(path: FieldPath, live: Content | undefined): string[] | undefined {
  const list = live && fieldOf(live, path.slice(0, -1));
  const key = namedListKey(pathPattern(path.slice(0, -1)));
  if (!Array.isArray(list) || key === undefined) return undefined;
  return list.flatMap((item) => {
    const name = isJsonObject(item) ? own(item, key) : undefined;
    return typeof name === "string" ? [name] : [];
  });
}
