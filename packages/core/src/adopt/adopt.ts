import { canonicalJson } from "../canonical/content-hash.ts";
import type { Content } from "../canonical/content.ts";
import { normalizeLineEnds } from "../canonical/canonical-form.ts";
import { isJsonObject, objectFrom, type Json } from "../canonical/json.ts";
import { secretsIn } from "../canonical/symbols.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { ProjectFiles } from "../project/files.ts";
import type { Problem } from "../project/problem.ts";
import { projectPrefix } from "../project/project-paths.ts";
import { validateProject, type ValidatedProject } from "../project/validate-project.ts";
import type { Workspace } from "../project/workspace.ts";
import { adoptAgent, type AgentAdoption } from "./adopt-agent.ts";
import { newErrors } from "./check-adoption.ts";
import { isWellFormed, type AdoptEdit } from "./edit.ts";
import { nameSecrets } from "./name-secrets.ts";
import { promptPointer } from "./unadoptable.ts";
import type { Build } from "./rebuild.ts";
import type { Fork } from "./write-sections.ts";

export type { AdoptEdit } from "./edit.ts";

/** Values of one workspace's fields that shall be built - mostly console edits -, and the files that they shall go into. */
export interface AdoptInput {
  /** Of the branch's tip. */
  readonly files: ProjectFiles;
  readonly workingDirectory: string;
  readonly workspace: string;
  /** Branches that the files pass on their way to the workspace's own: what those deploy must not change either. */
  readonly onTheWay?: readonly string[];
  /** By agent: the fields to adopt, values in symbols (`agent://`, `secret://`, fingerprints) as `FieldChange.live` has them. */
  readonly edits: ReadonlyMap<string, readonly AdoptEdit[]>;
  /**
   * The same for the other workspaces that are deployed from the branch, by workspace: an edit that all of them show goes
   * to the files that they share. A workspace that is missing here shows no edit.
   */
  readonly elsewhere?: ReadonlyMap<string, ReadonlyMap<string, readonly AdoptEdit[]>>;
  /**
   * By agent: all that the values come from, mostly what the console holds (`AgentPlan.material.live`). With it, new items of
   * lists are put where they stand there, and objects of which nothing is left are taken out if there are none either.
   */
  readonly live?: ReadonlyMap<string, Content>;
  /**
   * What becomes of an edit in a section file that other agents are built from too: the file is copied for this agent
   * (`fork`, the default), changed for all of them (`update`), or left to a person (`refuse`, which `flatten` does not
   * overrule). In a workspace that shares its branch with others, the overlay takes such an edit instead.
   */
  readonly sharedSections?: "fork" | "update" | "refuse";
  /** True lets a prompt that fits no section become one text in its place; false by default. */
  readonly flatten?: boolean;
}

/** What became of one agent's edits; every edit is in exactly one of the two lists. */
export interface AgentResult {
  /** Names of fields that the files now build as the console has them. */
  readonly adopted: readonly string[];
  /** What no edit of the files was found for, and why. The reason is a sentence without capital and full stop. */
  readonly unmappable: readonly { readonly field: string; readonly reason: string }[];
  /** Paths of the agent's files that change, sorted. */
  readonly touched: readonly string[];
  /**
   * Secrets that the new files refer to and that hold what somebody typed into the console. Their values are not known
   * here, so those fields are adopted without having been compared.
   */
  readonly secretsToCreate: readonly string[];
  /** Paths of section files that were copied for this agent, and of the copies; sorted. */
  readonly forked: readonly Fork[];
  /** Section files that were changed although other agents, in any workspace, are built from them, with the names of those; sorted. */
  readonly reaches: readonly { readonly file: string; readonly agents: readonly string[] }[];
}

/** New files, verified. */
export interface Adoption {
  /** New texts by path; only files that change. */
  readonly files: ReadonlyMap<string, string>;
  readonly agents: ReadonlyMap<string, AgentResult>;
}

/**
 * Turns console edits into edits of the user's files. Each proposal is built and compared before it is given out: the
 * workspace's desired content then has exactly the adopted edits; nothing else that is deployed from the same branch
 * changes, but by edits that all its workspaces show; and no file becomes invalid. What cannot be so is unmappable, with
 * a reason. Deterministic, whatever the order of the maps.
 */
export function adopt(given: AdoptInput): Adoption {
  const input = { ...given, edits: withLineFeeds(given.edits) };
  const project = validateProject(input);
  const workspace = project.workspaces?.workspaces.find(({ name }) => name === input.workspace);
  const prefix = projectPrefix(input.workingDirectory);
  if (project.workspaces === undefined || prefix === undefined) return nothing(input, "workspaces.json of this branch cannot be read");
  if (workspace === undefined) return nothing(input, `workspaces.json of this branch has no workspace ${JSON.stringify(input.workspace)}`);

  const first: Build = { files: input.files, prefix, workspaces: project.workspaces, desired: project.desired };
  const name = nameSecrets(usedSecrets(first));
  const agents = new Map<string, AgentResult>();
  let build = first;
  const settled = new Set<string>();
  const siblings = siblingsOf(first, workspace, input.onTheWay ?? []);
  for (const [agent, edits] of [...input.edits].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const adoption = adoptAgent({
      build,
      tip: first,
      workspace,
      agent,
      edits,
      name,
      isShared: sharedRule({ input, agent, edits, others: siblings }),
      siblings,
      live: input.live?.get(agent),
      sharedSections: input.sharedSections ?? "fork",
      flatten: input.flatten ?? false,
      mayReach: (old, now) => mayReach(input, { old, now, settled }),
    });
    settled.add(agent);
    agents.set(agent, resultOf(agent, adoption, build));
    build = adoption.build;
  }
  const files = new Map([...changedFiles(first, build)].sort(([a], [b]) => (a < b ? -1 : 1)));
  // Agents were built one by one; this is the whole project once more, as everybody else will build it.
  return files.size === 0 || isBuiltAlike(build, project, input.workingDirectory) ? { files, agents } : nothing(input, "the changed files are not built as expected");
}

/** A prompt with an edit of its own may only become what that shall be built to, and only before its agent's turn. */
function mayReach({ edits, workspace }: AdoptInput, { old, now, settled }: { readonly old: DesiredAgent; readonly now: DesiredAgent; readonly settled: ReadonlySet<string> }): boolean {
  return (edits.get(now.name) ?? []).every((edit) => {
    const pointer = promptPointer(edit.path, now);
    const [before, built] = [old, now].map(({ prompts }) => (pointer === undefined ? undefined : prompts.get(pointer)?.text));
    return before === built || (!settled.has(now.name) && now.workspace === workspace && edit.live === built);
  });
}

/** What is built has LF; a value with other line ends is the same value. */
function withLineFeeds(edits: AdoptInput["edits"]): AdoptInput["edits"] {
  const normalize = (value: Json): Json => {
    if (typeof value === "string") return normalizeLineEnds(value);
    if (Array.isArray(value)) return value.map(normalize);
    return isJsonObject(value) ? objectFrom(Object.entries(value).map(([key, item]) => [key, normalize(item)] as const)) : value;
  };
  return new Map([...edits].map(([agent, list]) => [agent, list.map((edit) => (edit.live === undefined ? edit : { ...edit, live: normalize(edit.live) }))]));
}

function nothing({ edits }: AdoptInput, reason: string): Adoption {
  const result = (fields: readonly AdoptEdit[]): AgentResult => ({ adopted: [], unmappable: sortedFields(fields.map(({ name }) => ({ field: name, reason }))), touched: [], secretsToCreate: [], forked: [], reaches: [] });
  return { files: new Map(), agents: new Map([...edits].sort(([a], [b]) => (a < b ? -1 : 1)).map(([agent, fields]) => [agent, result(fields)])) };
}

/** Workspaces that the same files are deployed to without a further decision. */
function siblingsOf({ workspaces }: Build, { name, branch }: Workspace, onTheWay: readonly string[]): string[] {
  return workspaces.workspaces.filter((other) => (other.branch === branch || onTheWay.includes(other.branch)) && other.name !== name).map((other) => other.name);
}

/** Whether an edit may be seen by all workspaces of the branch; compared as the console has it, before credentials get names. */
function sharedRule(context: { readonly input: AdoptInput; readonly agent: string; readonly edits: readonly AdoptEdit[]; readonly others: readonly string[] }): (edit: AdoptEdit) => boolean {
  const { input, agent, edits, others } = context;
  const raw = new Map(edits.map((edit) => [edit.name, edit] as const));
  return ({ name }) =>
    others.every((other) => {
      const same = input.elsewhere?.get(other)?.get(agent)?.find((edit) => edit.name === name);
      const mine = raw.get(name);
      return same !== undefined && mine !== undefined && isWellFormed(same.live) && textOf(same.live) === textOf(mine.live);
    });
}

function textOf(value: Json | undefined): string | undefined {
  return value === undefined ? undefined : canonicalJson(value);
}

function resultOf(agent: string, { adopted, unmappable, secrets, build, forked }: AgentAdoption, before: Build): AgentResult {
  const touched = [...changedFiles(before, build).keys()].sort();
  return {
    adopted: adopted.map((edit) => edit.name).sort(),
    unmappable: sortedFields(unmappable.map(({ edit, reason }) => ({ field: edit.name, reason }))),
    touched,
    secretsToCreate: [...secrets].sort(),
    forked: [...forked].sort((a, b) => (a.to < b.to ? -1 : 1)),
    reaches: touched.flatMap((file) => {
      const agents = [...new Set([...before.desired.values()].flatMap((all) => [...all.values()].filter(({ name, sources }) => name !== agent && sources.includes(file)).map(({ name }) => name)))].sort();
      return agents.length === 0 ? [] : [{ file, agents }];
    }),
  };
}

function sortedFields<T extends { readonly field: string }>(fields: readonly T[]): T[] {
  return [...fields].sort((a, b) => (a.field < b.field ? -1 : a.field > b.field ? 1 : 0));
}

function changedFiles(before: Build, after: Build): Map<string, string> {
  return new Map([...after.files].flatMap(([path, { text }]) => (text === undefined || text === before.files.get(path)?.text ? [] : [[path, text] as const])));
}

function isBuiltAlike(build: Build, before: ValidatedProject, workingDirectory: string): boolean {
  const after = validateProject({ files: build.files, workingDirectory });
  // One finding of several agents bears no agent, which may be another number of agents now.
  const anybodys = (problems: readonly Problem[]): Problem[] => problems.map(({ agent: _agent, ...problem }) => problem);
  if (newErrors(anybodys(before.problems), anybodys(after.problems)).length > 0) return false;
  const contents = (desired: ValidatedProject["desired"]): string[] =>
    [...desired].flatMap(([workspace, agents]) => [...agents].map(([name, { content }]) => canonicalJson([workspace, name, content as Json])));
  return contents(after.desired).join("\n") === contents(build.desired).join("\n");
}

function usedSecrets({ desired }: Build): Set<string> {
  const contents = [...desired.values()].flatMap((agents) => [...agents.values()].map((agent) => agent.content as Json));
  return new Set(contents.flatMap(secretsIn));
}
