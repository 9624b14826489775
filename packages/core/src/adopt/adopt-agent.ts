import type { Content } from "../canonical/content.ts";
import type { Workspace } from "../project/workspace.ts";
import type { DesiredAgent } from "../project/desired.ts";
import { SEPARATOR } from "../prompt/build-prompt.ts";
import { agentFilesOf, readAgentFiles, type AgentNodes } from "./agent-files.ts";
import { objection } from "./check-adoption.ts";
import { isWellFormed, type AdoptEdit } from "./edit.ts";
import { editUnits, partChangedInGit, type EditUnit } from "./edit-units.ts";
import { grow, type Attempt } from "./grow-units.ts";
import type { NameSecrets } from "./name-secrets.ts";
import { buildText, cutPrompt, type CutPrompt } from "./map-prompt.ts";
import { readPrompts, type ListedPrompt } from "./read-prompts.ts";
import { rebuild, type Build } from "./rebuild.ts";
import { isMoot, isSaid, wentWithParent } from "./settled-edits.ts";
import { whyUnadoptable } from "./unadoptable.ts";
import type { PromptContext, PromptWay } from "./write-prompts.ts";
import type { Fork, SectionUsers, SharedSections } from "./write-sections.ts";
import { hasWays, writeUnits, type UnitContext } from "./write-units.ts";

/** One agent's console edits. */
export interface AgentEdits {
  /** With the edits of the agents before this one. */
  readonly build: Build;
  /** The branch's tip, before any agent's edits. */
  readonly tip: Build;
  readonly workspace: Workspace;
  readonly agent: string;
  readonly edits: readonly AdoptEdit[];
  readonly name: NameSecrets;
  /** True for an edit that every other workspace of the branch shows too, or where there is none. */
  readonly isShared: (edit: AdoptEdit) => boolean;
  /** All that the console holds, for the order of new items; undefined if unknown. */
  readonly live: Content | undefined;
  /** Names of the other workspaces that the same files are deployed to. */
  readonly siblings: readonly string[];
  readonly sharedSections: Exclude<SharedSections, "override">;
  readonly flatten: boolean;
  /** Which other agents' prompts may change where shared sections are updated. */
  readonly mayReach: (old: DesiredAgent, now: DesiredAgent) => boolean;
}

/** The project with those edits in its files that can be there, and why the others cannot. */
export interface AgentAdoption {
  readonly build: Build;
  readonly adopted: readonly AdoptEdit[];
  readonly unmappable: readonly { readonly edit: AdoptEdit; readonly reason: string }[];
  readonly forked: readonly Fork[];
  /** Names of secrets that stand for credentials that were typed into the console. */
  readonly secrets: ReadonlySet<string>;
}

/** Adopts as many edits of one agent as can be verified together; the rest is dropped with reasons. */
export function adoptAgent(input: AgentEdits): AgentAdoption {
  const { build, workspace, agent } = input;
  const desired = build.desired.get(workspace.name)?.get(agent);
  const files = agentFilesOf({ files: build.files, folder: `${build.prefix}agents/${agent}`, workspace: workspace.name });
  const nodes = files && readAgentFiles(files);
  const error = desired?.problems.find((problem) => problem.severity === "error");
  if (error !== undefined) return nothing(input, `the agent's files have errors, to be corrected first: ${error.message} (${error.file}${error.line === undefined ? "" : `:${error.line}`})`);
  if (desired === undefined || files === undefined || nodes === undefined) return nothing(input, `this branch has no agents/${agent}/agent.json`);

  const unmappable: { edit: AdoptEdit; reason: string }[] = [];
  const adopted: AdoptEdit[] = [];
  const open: AdoptEdit[] = [];
  const moot: AdoptEdit[] = [];
  const secrets = new Map<string, readonly string[]>();
  for (const edit of [...input.edits].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const reason = !isWellFormed(edit.live) ? "it holds half of a character, which no file can hold" : isSaid(edit, desired, files) ? "" : whyUnadoptable(edit, { desired, files, edits: input.edits });
    if (reason === "") adopted.push(edit);
    else if (reason === undefined && isMoot(edit, desired.content)) moot.push(edit);
    else if (reason === undefined) open.push(named(input, edit, secrets));
    else unmappable.push({ edit, reason });
  }
  const units: EditUnit[] = [];
  for (const unit of editUnits(desired.content, open)) {
    const field = partChangedInGit(unit, desired.content);
    if (field === undefined) units.push(unit);
    else unmappable.push(...unit.edits.map((edit) => ({ edit, reason: `the item is to go, and Git has ${field} since` })));
  }
  const attempt = attempts(input, { ...input, desired, files, prompts: promptsOf(input, nodes) });
  const first = grow({ accepted: [], build, forked: [], rejected: [] }, units, attempt);
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
    forked: last.forked,
    adopted: [...adopted, ...last.accepted.flatMap(({ edits }) => edits)],
    secrets: new Set(last.accepted.flatMap(({ edits }) => edits.flatMap((edit) => secrets.get(edit.name) ?? []))),
    unmappable: [...unmappable, ...last.rejected.flatMap(({ unit, reason }) => unit.edits.map((edit) => ({ edit, reason })))],
  };
}

function nothing({ build, edits }: AgentEdits, reason: string): AgentAdoption {
  return { build, forked: [], adopted: [], unmappable: edits.map((edit) => ({ edit, reason })), secrets: new Set() };
}

/** The edit with `secret://` references in place of credentials; their names go to `secrets`, by field. */
function named({ agent, name }: AgentEdits, edit: AdoptEdit, secrets: Map<string, readonly string[]>): AdoptEdit {
  if (edit.live === undefined) return edit;
  const { value, names } = name({ agent, path: edit.path, live: edit.live });
  if (names.length > 0) secrets.set(edit.name, names);
  return { ...edit, live: value };
}

/** Writes units into the files as they were at first, builds, and compares; of the ways to write prompts the first that verifies. */
function attempts(input: AgentEdits, context: UnitContext): Attempt {
  const { build, workspace, agent, isShared } = context;
  const hasSiblings = input.siblings.length > 0;
  return (units) => {
    const edits = units.flatMap((unit) => unit.edits);
    const shared = hasSiblings ? units.filter((unit) => unit.edits.every(isShared)).flatMap((unit) => unit.edits) : [];
    const tried: ReadonlyMap<string, string>[] = [];
    let reason: string | undefined;
    const ways = units.some((unit) => hasWays(unit, context.desired)) ? waysOf(input) : waysOf(input).slice(0, 1);
    for (const way of ways) {
      const written = writeUnits(context, units, way);
      if ("fault" in written) {
        reason ??= written.fault;
        if (written.isFinal) break;
        continue;
      }
      if (tried.some((one) => one.size === written.changed.size && [...one].every(([file, text]) => written.changed.get(file) === text))) continue;
      tried.push(written.changed);
      const after = rebuild(build, written.changed);
      const objected = objection({ before: build, after, workspace, siblings: input.siblings, agent, edits, shared, mayReach: way.shared === "update" ? input.mayReach : undefined });
      if (objected === undefined) return { build: after, forked: written.forked };
      reason ??= objected;
    }
    return { reason: reason ?? "the files cannot say it" };
  };
}

/** Values of variables before literal text; what was asked for before what touches less; one text as the last resort. */
function waysOf({ sharedSections, flatten }: AgentEdits): PromptWay[] {
  const all: readonly SharedSections[] = ["update", "fork", "override"];
  const kinds = sharedSections === "refuse" ? [sharedSections] : all.slice(all.indexOf(sharedSections));
  const ways = kinds.flatMap((shared): PromptWay[] => [{ values: true, shared }, { values: false, shared }]);
  const flat = [false, true].flatMap((every) => (["all", "alone"] as const).map((reach): PromptWay => ({ values: false, shared: "override", flat: { reach, every } })));
  return flatten ? [...ways, ...flat] : ways;
}

function promptsOf(input: AgentEdits, nodes: AgentNodes): Omit<PromptContext, "way" | "variables"> {
  const { build, agent } = input;
  const prompts = readPrompts({ nodes, project: build.files, prefix: build.prefix });
  const usersOf = sectionUsers(input);
  const names = [...prompts.listed.flatMap(({ pieces }) => pieces), ...prompts.fixed].flatMap(({ section }) => section ?? []);
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const cuts = new Map<string, { readonly live: string; readonly cut: CutPrompt }>();
  const cut = (prompt: ListedPrompt, live: string): CutPrompt => {
    const known = cuts.get(prompt.name);
    if (known?.live === live) return known.cut;
    const found = cutOf(prompt, live);
    cuts.set(prompt.name, { live, cut: found });
    return found;
  };
  const cutOf = ({ pieces }: ListedPrompt, live: string): CutPrompt => {
    const built = pieces.map(({ text }) => buildText(text, prompts.variables));
    if (built.join(SEPARATOR) === live) return { wanted: built, order: [...pieces.keys()] };
    const free = pieces.map((piece) => ({ ...piece, isFree: (counts.get(piece.section) ?? 0) < 2 && (piece.file === undefined || usersOf(piece.file).others.length === 0) }));
    return cutPrompt({ pieces: free, variables: prompts.variables, live });
  };
  return { prompts, cut, sections: { project: build.files, prefix: build.prefix, agent, usersOf } };
}

/** Who was built from section files before any agent's edits, in any workspace. */
function sectionUsers(input: AgentEdits): (file: string) => SectionUsers {
  const { tip, agent } = input;
  const { siblings } = input;
  const users = new Map<string, { readonly others: Set<string>; siblings: boolean }>();
  for (const [workspace, agents] of tip.desired) {
    for (const { name, sources } of agents.values()) {
      for (const file of sources) {
        const known = users.get(file) ?? { others: new Set<string>(), siblings: false };
        users.set(file, known);
        if (name !== agent) known.others.add(name);
        else if (siblings.includes(workspace)) known.siblings = true;
      }
    }
  }
  return (file) => ({ others: [...(users.get(file)?.others ?? [])].sort(), siblings: users.get(file)?.siblings ?? false });
}
