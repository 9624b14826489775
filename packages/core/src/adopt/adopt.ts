import { canonicalJson } from "../canonical/content-hash.ts";
import type { Content } from "../canonical/content.ts";
import type { Json } from "../canonical/json.ts";
import { secretsIn } from "../canonical/symbols.ts";
import type { ProjectFiles } from "../project/files.ts";
import type { Problem } from "../project/problem.ts";
import { projectPrefix } from "../project/project-paths.ts";
import { validateProject, type ValidatedProject } from "../project/validate-project.ts";
import type { Workspace } from "../project/workspace.ts";
import { adoptAgent, type AgentAdoption } from "./adopt-agent.ts";
import { newErrors } from "./check-adoption.ts";
import type { AdoptEdit } from "./edit.ts";
import { nameSecrets } from "./name-secrets.ts";
import type { Build } from "./rebuild.ts";

export type { AdoptEdit } from "./edit.ts";

/** Console edits of one workspace, and the files that they shall go into. */
export interface AdoptInput {
  /** Of the branch's tip. */
  readonly files: ProjectFiles;
  readonly workingDirectory: string;
  readonly workspace: string;
  /** By agent: the fields to adopt, values in symbols (`agent://`, `secret://`, fingerprints) as `FieldChange.live` has them. */
  readonly edits: ReadonlyMap<string, readonly AdoptEdit[]>;
  /**
   * The same for the other workspaces that are deployed from the branch, by workspace: an edit that all of them show goes
   * to the files that they share. A workspace that is missing here shows no edit.
   */
  readonly elsewhere?: ReadonlyMap<string, ReadonlyMap<string, readonly AdoptEdit[]>>;
  /**
   * By agent: all that the console holds (`AgentPlan.material.live`). With it, new items of lists are put where the console
   * has them, and objects of which nothing is left are taken out if the console does not have them either.
   */
  readonly live?: ReadonlyMap<string, Content>;
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
export function adopt(input: AdoptInput): Adoption {
  const project = validateProject(input);
  const workspace = project.workspaces?.workspaces.find(({ name }) => name === input.workspace);
  const prefix = projectPrefix(input.workingDirectory);
  if (project.workspaces === undefined || prefix === undefined) return nothing(input, "workspaces.json of this branch cannot be read");
  if (workspace === undefined) return nothing(input, `workspaces.json of this branch has no workspace ${JSON.stringify(input.workspace)}`);

  const first: Build = { files: input.files, prefix, workspaces: project.workspaces, desired: project.desired };
  const name = nameSecrets(usedSecrets(first));
  const agents = new Map<string, AgentResult>();
  let build = first;
  for (const [agent, edits] of [...input.edits].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const adoption = adoptAgent({
      build,
      tip: first,
      workspace,
      agent,
      edits,
      name,
      isShared: sharedRule({ input, agent, edits, others: siblings(first, workspace) }),
      live: input.live?.get(agent),
    });
    agents.set(agent, resultOf(adoption, build));
    build = adoption.build;
  }
  const files = new Map([...changedFiles(first, build)].sort(([a], [b]) => (a < b ? -1 : 1)));
  // Agents were built one by one; this is the whole project once more, as everybody else will build it.
  return files.size === 0 || isBuiltAlike(build, project, input.workingDirectory) ? { files, agents } : nothing(input, "the changed files are not built as expected");
}

function nothing({ edits }: AdoptInput, reason: string): Adoption {
  const result = (fields: readonly AdoptEdit[]): AgentResult => ({ adopted: [], unmappable: sortedFields(fields.map(({ name }) => ({ field: name, reason }))), touched: [], secretsToCreate: [] });
  return { files: new Map(), agents: new Map([...edits].sort(([a], [b]) => (a < b ? -1 : 1)).map(([agent, fields]) => [agent, result(fields)])) };
}

function siblings({ workspaces }: Build, { name, branch }: Workspace): string[] {
  return workspaces.workspaces.filter((other) => other.branch === branch && other.name !== name).map((other) => other.name);
}

/** Whether an edit may be seen by all workspaces of the branch; compared as the console has it, before credentials get names. */
function sharedRule(context: { readonly input: AdoptInput; readonly agent: string; readonly edits: readonly AdoptEdit[]; readonly others: readonly string[] }): (edit: AdoptEdit) => boolean {
  const { input, agent, edits, others } = context;
  const raw = new Map(edits.map((edit) => [edit.name, edit] as const));
  return ({ name }) =>
    others.every((other) => {
      const same = input.elsewhere?.get(other)?.get(agent)?.find((edit) => edit.name === name);
      const mine = raw.get(name);
      return same !== undefined && mine !== undefined && textOf(same.live) === textOf(mine.live);
    });
}

function textOf(value: Json | undefined): string | undefined {
  return value === undefined ? undefined : canonicalJson(value);
}

function resultOf({ adopted, unmappable, secrets, build }: AgentAdoption, before: Build): AgentResult {
  return {
    adopted: adopted.map((edit) => edit.name).sort(),
    unmappable: sortedFields(unmappable.map(({ edit, reason }) => ({ field: edit.name, reason }))),
    touched: [...changedFiles(before, build).keys()].sort(),
    secretsToCreate: [...secrets].sort(),
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
