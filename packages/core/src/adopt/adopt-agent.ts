import type { Content } from "../canonical/content.ts";
import { isJsonObject, own, type Json } from "../canonical/json.ts";
import { formatPath, pathPattern, type FieldPath } from "../diff/field-path.ts";
import { namedListKey } from "../diff/named-lists.ts";
import { fieldFacts } from "../plan/field-facts.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { Workspace } from "../project/workspace.ts";
import { fileSteps, nodeAtSteps, readAgentFiles, type AgentFiles } from "./agent-files.ts";
import { objection } from "./check-adoption.ts";
import type { AdoptEdit } from "./edit.ts";
import { editUnits, partChangedInGit, type EditUnit } from "./edit-units.ts";
import { fieldOf, holds, isEmpty, withEdits } from "./expected-content.ts";
import type { NameSecrets } from "./name-secrets.ts";
import { rebuild, type Build } from "./rebuild.ts";
import { promptPointer, whyUnadoptable } from "./unadoptable.ts";
import { overlayDecides, writeField, type Reach } from "./write-field.ts";
import { writePrompt } from "./write-prompt.ts";

/** One agent's console edits. */
export interface AgentEdits {
  readonly build: Build;
  readonly workspace: Workspace;
  readonly agent: string;
  readonly edits: readonly AdoptEdit[];
  readonly name: NameSecrets;
  /** True for an edit that every other workspace of the branch shows too, or where there is none. */
  readonly isShared: (edit: AdoptEdit) => boolean;
  /** All that the console holds, for the order of new items; undefined if unknown. */
  readonly live: Content | undefined;
}

/** The project with those edits in its files that can be there, and why the others cannot. */
export interface AgentAdoption {
  readonly build: Build;
  readonly adopted: readonly AdoptEdit[];
  readonly unmappable: readonly { readonly edit: AdoptEdit; readonly reason: string }[];
  /** Names of secrets that stand for credentials that were typed into the console. */
  readonly secrets: ReadonlySet<string>;
}

/** Adopts as many edits of one agent as can be verified together; the rest is dropped with reasons. */
export function adoptAgent(input: AgentEdits): AgentAdoption {
  const { build, workspace, agent } = input;
  const desired = build.desired.get(workspace.name)?.get(agent);
  const files = filesOf(input);
  const error = desired?.problems.find((problem) => problem.severity === "error");
  if (error !== undefined) return nothing(input, `the agent's files have errors, to be corrected first: ${error.message} (${error.file}${error.line === undefined ? "" : `:${error.line}`})`);
  if (desired === undefined || files === undefined) return nothing(input, `this branch has no agents/${agent}/agent.json`);

  const unmappable: { edit: AdoptEdit; reason: string }[] = [];
  const adopted: AdoptEdit[] = [];
  const open: AdoptEdit[] = [];
  const moot: AdoptEdit[] = [];
  const secrets = new Map<string, readonly string[]>();
  for (const edit of [...input.edits].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const reason = isSaid(edit, desired, files) ? "" : whyUnadoptable(edit, desired);
    if (reason === "") adopted.push(edit);
    else if (reason === undefined && isMoot(edit, desired.content)) moot.push(edit);
    else if (reason === undefined) open.push(named(input, edit, secrets));
    else unmappable.push({ edit, reason });
  }
  const units: EditUnit[] = [];
  for (const unit of editUnits(desired.content, open)) {
    const field = partChangedInGit(unit, desired.content);
    if (field === undefined) units.push(unit);
    else unmappable.push(...unit.edits.map((edit) => ({ edit, reason: `the console removed the item, and Git has ${field} since` })));
  }
  const attempt = attempts({ ...input, desired, files });
  const first = grow({ accepted: [], build, rejected: [] }, units, attempt);
  // What was refused may have needed something that was accepted after it.
  const again = first.rejected.map(({ unit }) => unit);
  const last = again.length > 0 && first.accepted.length > 0 ? grow({ ...first, rejected: [] }, again, attempt) : first;
  const now = last.build.desired.get(workspace.name)?.get(agent)?.content ?? desired.content;
  for (const edit of moot) {
    if (wentWithParent(edit.path, desired.content, now)) adopted.push(edit);
    else unmappable.push({ edit, reason: "the files do not set it, so there is nothing to take out" });
  }
  return {
    build: last.build,
    adopted: [...adopted, ...last.accepted.flatMap(({ edits }) => edits)],
    secrets: new Set(last.accepted.flatMap(({ edits }) => edits.flatMap((edit) => secrets.get(edit.name) ?? []))),
    unmappable: [...unmappable, ...last.rejected.flatMap(({ unit, reason }) => unit.edits.map((edit) => ({ edit, reason })))],
  };
}

function nothing({ build, edits }: AgentEdits, reason: string): AgentAdoption {
  return { build, adopted: [], unmappable: edits.map((edit) => ({ edit, reason })), secrets: new Set() };
}

/** The edit with `secret://` references in place of credentials; their names go to `secrets`, by field. */
function named({ agent, name }: AgentEdits, edit: AdoptEdit, secrets: Map<string, readonly string[]>): AdoptEdit {
  if (edit.live === undefined) return edit;
  const { value, names } = name({ agent, path: edit.path, live: edit.live });
  if (names.length > 0) secrets.set(edit.name, names);
  return { ...edit, live: value };
}

function filesOf({ build, workspace, agent }: AgentEdits): AgentFiles | undefined {
  const folder = `${build.prefix}agents/${agent}`;
  const [base, overlay] = [`${folder}/agent.json`, `${folder}/agent.${workspace.name}.json`];
  const text = build.files.get(base)?.text;
  return text === undefined ? undefined : { base: { file: base, text }, overlay: { file: overlay, text: build.files.get(overlay)?.text } };
}

/** True for a field that neither side has: Retell had filled it in, and the console took it out. */
function isMoot({ path, live }: AdoptEdit, content: Content): boolean {
  return live === undefined && fieldOf(content, path) === undefined;
}

/** True if a field that only Retell knew went together with an object or an item that Git had. */
function wentWithParent(path: FieldPath, before: Content, after: Content): boolean {
  return path.some((_, length) => length > 1 && fieldOf(before, path.slice(0, length)) !== undefined && fieldOf(after, path.slice(0, length)) === undefined);
}

/** True if the files say it already: the same value, or an overlay that takes out what the console does not have. */
function isSaid({ path, live }: AdoptEdit, desired: DesiredAgent, files: AgentFiles): boolean {
  const now = fieldOf(desired.content, path);
  if (now !== undefined) return live !== undefined && holds(fieldFacts([desired.content]), path, live, now);
  const steps = live === undefined || live === null ? fileSteps(path) : undefined;
  const nodes = steps && readAgentFiles(files);
  return steps !== undefined && nodes?.overlay !== undefined && takesOut(nodes.overlay.node, steps);
}

/** True if an overlay says `null` or `$remove` at a path or above it. */
function takesOut(overlay: Parameters<typeof nodeAtSteps>[0], steps: NonNullable<ReturnType<typeof fileSteps>>): boolean {
  return steps.some((_, index) => {
    const node = nodeAtSteps(overlay, steps.slice(0, index + 1));
    return (node?.kind === "scalar" && node.value === null) || (node?.kind === "object" && node.members.has("$remove"));
  });
}

interface Grown {
  readonly accepted: readonly EditUnit[];
  /** With the accepted units. */
  readonly build: Build;
  readonly rejected: readonly { readonly unit: EditUnit; readonly reason: string }[];
}

type Attempt = (units: readonly EditUnit[]) => { readonly build: Build } | { readonly reason: string };

/** Adds as many units as verify, by halves: all at once where all is well, and few attempts per unit that is not. */
function grow(grown: Grown, units: readonly EditUnit[], attempt: Attempt): Grown {
  const [only] = units;
  if (only === undefined) return grown;
  const accepted = [...grown.accepted, ...units].sort(byPath);
  const tried = attempt(accepted);
  if ("build" in tried) return { ...grown, accepted, build: tried.build };
  if (units.length === 1) return { ...grown, rejected: [...grown.rejected, { unit: only, reason: tried.reason }] };
  const middle = middleOf(units);
  return grow(grow(grown, units.slice(0, middle), attempt), units.slice(middle), attempt);
}

function byPath(a: EditUnit, b: EditUnit): number {
  const [left, right] = [`${a.group} ${formatPath(a.path)}`, `${b.group} ${formatPath(b.path)}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Fields of one group stay together as long as there are several groups. */
function middleOf(units: readonly EditUnit[]): number {
  const middle = units.length >> 1;
  const starts = units.flatMap((unit, index) => (index > 0 && unit.group !== units[index - 1]?.group ? [index] : []));
  return starts.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b)[0] ?? middle;
}

interface AgentContext extends AgentEdits {
  readonly desired: DesiredAgent;
  readonly files: AgentFiles;
}

/** Writes units into the files as they were at first, builds, and compares. */
function attempts(context: AgentContext): Attempt {
  const { build, workspace, agent, isShared } = context;
  return (units) => {
    const written = writeUnits(context, units);
    if ("fault" in written) return { reason: written.fault };
    const after = rebuild(build, written.changed);
    const edits = units.flatMap((unit) => unit.edits);
    const hasSiblings = build.workspaces.workspaces.some(({ name, branch }) => name !== workspace.name && branch === workspace.branch);
    const shared = hasSiblings ? units.filter((unit) => unit.edits.every(isShared)).flatMap((unit) => unit.edits) : [];
    const reason = objection({ before: build, after, workspace, agent, edits, shared });
    return reason === undefined ? { build: after } : { reason };
  };
}

/** The agent's files while units are written into them. */
interface Draft {
  readonly files: AgentFiles;
  readonly sections: ReadonlyMap<string, string>;
}
type Drafted = Draft | { readonly fault: string };

function writeUnits(context: AgentContext, units: readonly EditUnit[]): { readonly changed: ReadonlyMap<string, string> } | { readonly fault: string } {
  const expected = withEdits(context.desired.content, units.flatMap((unit) => unit.edits));
  const takenOut = new Set<string>();
  let draft: Drafted = { files: context.files, sections: new Map() };
  for (const unit of units) {
    draft = writeUnit({ context, unit, expected, takenOut }, draft);
    if ("fault" in draft) return draft;
  }
  const { base, overlay } = draft.files;
  const texts: (readonly [string, string | undefined])[] = [[base.file, base.text], [overlay.file, overlay.text], ...draft.sections];
  const changed = texts.flatMap(([file, text]) => (text === undefined || text === context.build.files.get(file)?.text ? [] : [[file, text] as const]));
  return { changed: new Map(changed) };
}

interface UnitWrite {
  readonly context: AgentContext;
  readonly unit: EditUnit;
  /** The content with all edits of this attempt. */
  readonly expected: Content;
  /** Names of what was taken out already. */
  readonly takenOut: Set<string>;
}

function writeUnit(write: UnitWrite, draft: Draft): Drafted {
  const { context, unit, expected } = write;
  const reach: Reach = unit.edits.every(context.isShared) ? "all" : "alone";
  const [edit] = unit.edits;
  if (unit.kind === "removed-item" || edit?.live === undefined) return takeOut(write, draft, reach);
  if (unit.kind === "added-item") return put(draft, { path: unit.path, value: fieldOf(expected, unit.path), order: orderOf(unit.path, context.live) }, reach);
  const { live, path } = edit;
  const pointer = promptPointer(path, context.desired.content);
  if (typeof live === "string" && pointer !== undefined) return writeUnitPrompt(context, { path, live, reach }, draft);
  if (live === null) return unset(context, { path, reach }, draft);
  const agentVersion = impliedVersion(context, edit);
  const written = put(draft, { path, value: live }, reach);
  return "fault" in written || agentVersion === undefined ? written : put(written, agentVersion, reach);
}

function put(draft: Draft, write: { readonly path: FieldPath; readonly value: Json | undefined; readonly order?: readonly string[] | undefined }, reach: Reach): Drafted {
  const steps = fileSteps(write.path);
  if (steps === undefined) return { fault: "no file says this field" };
  const written = writeField(draft.files, { steps, value: write.value, order: write.order }, reach);
  return "fault" in written ? written : { ...draft, files: written.files };
}

function writeUnitPrompt(context: AgentContext, { path, live, reach }: { readonly path: FieldPath; readonly live: string; readonly reach: Reach }, draft: Draft): Drafted {
  const steps = fileSteps(path);
  if (steps === undefined) return { fault: "no file has this prompt" };
  const { build } = context;
  const written = writePrompt({ files: draft.files, project: build.files, prefix: build.prefix, steps, live, reach, isOwn: (file) => isOwn(file, context, reach) });
  return "fault" in written ? written : { files: written.files, sections: new Map([...draft.sections, ...written.sections]) };
}

/** True for a section file that no other agent is built from, nor this one in another workspace that may not change. */
function isOwn(file: string, { build, workspace, agent }: AgentContext, reach: Reach): boolean {
  for (const { name, branch } of build.workspaces.workspaces) {
    for (const user of build.desired.get(name)?.values() ?? []) {
      if (!user.sources.includes(file)) continue;
      if (user.name !== agent) return false;
      if (reach === "alone" && name !== workspace.name && branch === workspace.branch) return false;
    }
  }
  return true;
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
function unset(context: AgentContext, { path, reach }: { readonly path: FieldPath; readonly reach: Reach }, draft: Draft): Drafted {
  const steps = fileSteps(path);
  const nodes = readAgentFiles(draft.files);
  if (steps === undefined || nodes === undefined) return { fault: "no file says this field" };
  const isMentioned = fieldOf(context.desired.content, path) !== undefined;
  const inOverlay = reach === "alone" || overlayDecides(nodes, steps);
  const takesNull = fieldFacts([context.desired.content]).isNullable(path);
  if (!isMentioned && inOverlay) return { fault: "the console cleared it, the files never set it, and an overlay cannot say that it is not set" };
  if (!isMentioned && !takesNull) return { fault: "the console cleared it, and the files never set it" };
  return put(draft, { path, value: inOverlay || takesNull ? null : undefined }, reach);
}

/** The version that stood beside a reference to an agent without being written, once the reference becomes an id. */
function impliedVersion({ desired, edits }: AgentContext, { path, live }: AdoptEdit): { readonly path: FieldPath; readonly value: Json } | undefined {
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
