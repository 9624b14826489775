import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { IssueComment } from "@retell-actions/core/ports/github";
import { validateProject } from "@retell-actions/core/project/validate-project";
import { driftBranch } from "@retell-actions/core/drift/drift-branch";
import { resolveBranch } from "@retell-actions/core/resolve/resolve-branch";
import type { Command, Refusal, Vocabulary } from "@retell-actions/core/resolve/read-command";
import type { Bench } from "./decide-lines.ts";
import type { ResolveInputs } from "./inputs.ts";
import { mergeInto } from "./merged-project.ts";
import { readTargets } from "./read-targets.ts";
import type { Scene, Tip } from "./scene.ts";
import type { WorkingBranch } from "./working-branch.ts";

/** What the words of commands may name here. */
export function vocabularyOf({ trusted, base, head }: Scene): Vocabulary {
  const agents = new Set<string>();
  for (const files of [base?.files, head?.files]) {
    for (const path of files?.keys() ?? []) {
      const name = /(?:^|\/)agents\/([^/]+)\/agent\.json$/.exec(path)?.[1];
      if (name !== undefined) agents.add(name);
    }
  }
  return {
    workspaces: trusted.workspaces.map(({ name }) => name),
    usual: trusted.workspaces.filter(({ branch }) => branch === base?.branch).map(({ name }) => name),
    agents: [...agents].sort(),
  };
}

/** A bench for all commands of a comment. */
export interface OpenedBench extends Bench {
  /** Why a workspace that only the check needs could not be read. */
  readonly failure: ActionError | undefined;
}

export interface BenchInput {
  readonly scene: Scene;
  readonly inputs: Pick<ResolveInputs, "sharedSections" | "flatten">;
  readonly comments: readonly IssueComment[];
  readonly readBefore: Bench["readBefore"];
  readonly commands: readonly (Command | Refusal)[];
  /** The branch that takes the decisions; undefined where there are none. */
  readonly working: WorkingBranch | undefined;
}

/** Reads what decisions and views need; undefined where no command needs anything of Retell. */
export async function openBench({ scene, inputs, comments, readBefore, commands, working }: BenchInput, ports: ActionPorts): Promise<OpenedBench | undefined> {
  const { base, directory } = scene;
  const names = [...new Set(commands.flatMap((command) => (command.kind === "decide" ? [command.workspace] : command.kind === "diff" ? command.workspaces : [])))];
  if (base === undefined || names.length === 0) return undefined;
  const branch: { commit: string; files: Tip["files"] } = working ?? scene.head ?? base;
  const merge = await mergeInto(base, branch, directory, ports);
  const merged = merge(branch.files);
  const validate = (files: Tip["files"]) => validateProject({ files, workingDirectory: directory });
  const projects = { base: validate(base.files), branch: merged.kind === "project" ? merged.project : validate(branch.files) };
  const targets = await readTargets(names, scene, projects, ports);
  const others = working === undefined ? [] : scene.trusted.workspaces.filter((workspace) => workspace.branch === working.target.branch && !targets.has(workspace.name)).map(({ name }) => name);
  let failure: ActionError | undefined;
  try {
    for (const [name, target] of await readTargets(others, scene, projects, ports)) targets.set(name, target);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    failure = error;
  }
  const restorable = working !== undefined && isOurs(working.name, scene) ? { files: working.target.files, project: working.target === base ? projects.base : validate(working.target.files) } : undefined;
  return { scene, inputs, merge, targetBranch: working?.target.branch ?? base.branch, base: projects.base, restorable, targets, comments, readBefore, failure };
}

/** True for a branch of drift or of decisions: what it changes was taken from the console. */
function isOurs(branch: string, { trusted, directory }: Scene): boolean {
  return trusted.workspaces.some(({ name }) => branch === driftBranch(directory, name) || branch === resolveBranch(directory, name));
}
