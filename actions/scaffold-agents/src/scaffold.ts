import { projectPaths } from "@retell-actions/core/apply/read-files";
import { editsDigest } from "@retell-actions/core/drift/drift-branch";
import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { WorkingTree } from "@retell-actions/core/ports/files";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { projectPrefix } from "@retell-actions/core/project/project-paths";
import { readWorkspaces } from "@retell-actions/core/project/validate-project";
import type { WorkspacesFile } from "@retell-actions/core/project/workspace";
import { findAnswered } from "./decide-branch.ts";
import type { Fault } from "./fault.ts";
import type { Asked } from "./find-request.ts";
import { findTemplate, templatesIn } from "./find-template.ts";
import type { Finished } from "./finished.ts";
import type { ScaffoldInputs } from "./inputs.ts";
import { keepPullRequest } from "./keep-pull-request.ts";
import { makeAgents, pathsBelow } from "./make-agents.ts";
import { parsePullRequestHeader } from "./pull-request-header.ts";
import { nameFaults, readNames, takenFaults } from "./read-names.ts";
import { requestDigest, scaffoldBranch } from "./scaffold-branch.ts";

/** How often the base is looked at anew because a branch moved meanwhile. */
const TRIES = 3;

/** What a request is carried out with. */
export interface Scaffolding {
  readonly asked: Asked;
  readonly inputs: ScaffoldInputs;
  readonly directory: string;
  /** The folder of the built actions, which has templates of ours. */
  readonly shipped: WorkingTree;
}

/** Carries a request out: all of it in one pull request, or nothing. */
export async function scaffold(work: Scaffolding, ports: ActionPorts): Promise<Finished> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const finished = await scaffoldOnce(work, ports);
    if (finished !== "stale") return finished.kind === "invalid" ? withOpen(finished, work, ports) : finished;
    ports.log.info("A branch moved meanwhile; looking again.");
  }
  throw new ActionError("branch-moved", "The branch of the pull request, or its base, kept moving; nothing was overwritten. Run again.");
}

async function scaffoldOnce({ asked, inputs, directory, shipped }: Scaffolding, ports: ActionPorts): Promise<Finished | "stale"> {
  const { git, job } = ports;
  const prefix = projectPrefix(directory) ?? "";
  if (asked.fault !== undefined) return invalid([{ message: asked.fault, hint: "Use the form for new agents." }]);
  const lines = readNames(asked.names);
  const names = lines.map(({ name }) => name);
  const formFaults = nameFaults(lines);
  // A branch bears the first name, so nothing is asked about one that is no name.
  if (formFaults.length > 0) return invalid(formFaults);

  const base = inputs.base ?? (await readDeclared(prefix, ports)).branches.develop;
  const baseTip = (await git.remoteTips([base])).get(base);
  if (baseTip === undefined) throw new ActionError("branch-missing", `The branch ${base}, which the pull request would go to, does not exist. Create it, name another one under "branches" in workspaces.json, or give the input base.`);
  await git.fetch([baseTip]);
  const present = await git.readCommit(baseTip, [...projectPaths(directory), `${prefix}templates`]);
  const isTemplate = (path: string): boolean => path.startsWith(`${prefix}templates/`);
  const files: ProjectFiles = new Map([...present].filter(([path]) => !isTemplate(path)));

  const branch = scaffoldBranch(directory, { issue: asked.issue, names });
  const request = requestDigest({ directory, base, template: asked.template, names });
  const pullRequests = await ports.pullRequests.ofBranch(branch);
  const answered = findAnswered({ request, repeats: asked.issue !== undefined || job.runAttempt > 1, agentsAreThere: names.every((name) => files.has(`${prefix}agents/${name}/agent.json`)) }, pullRequests);
  if (answered !== undefined) return { kind: "answered", names, template: asked.template, agents: [], branch, pullRequest: answered, problems: [] };

  const template = findTemplate(asked.template, { own: templatesIn(present, { prefix, own: true }), shipped: templatesIn(await shipped.read(["templates"]), { prefix: "", own: false }) });
  const made = "message" in template ? invalid([...takenFaults(lines, pathsBelow(prefix, files.keys())), template]) : makeAgents({ lines, template, files, directory, prefix });
  if (made.kind !== "made") return made;
  const { agents, edits, workspaces, problems } = made;
  ports.log.info(`${agents.length === 1 ? "1 agent" : `${agents.length} agents`} made from ${made.template.folder}`);

  // On a branch that deploys, the check compares with Retell, which nobody has done here.
  const isOffline = !workspaces.workspaces.some((workspace) => workspace.branch === base);
  const told = { agents, template: made.template, issue: asked.issue, author: asked.author, statusContext: isOffline ? inputs.statusContext : undefined, header: { request, content: editsDigest(edits) } };
  const kept = await keepPullRequest({ branch, base, baseTip, directory, edits, told }, pullRequests, ports);
  return kept === "stale" ? kept : { kind: kept.kind, names, template: asked.template, agents, branch, pullRequest: kept.pullRequest, problems };
}

/** An issue whose new text cannot be carried out may have a pull request for its old one. */
async function withOpen(finished: Extract<Finished, { kind: "invalid" }>, { asked, directory }: Scaffolding, { pullRequests }: Pick<ActionPorts, "pullRequests">): Promise<Finished> {
  if (asked.issue === undefined) return finished;
  const all = await pullRequests.ofBranch(scaffoldBranch(directory, { issue: asked.issue, names: [] }));
  const open = all.find(({ state, authorIsBot, body }) => state === "open" && authorIsBot && parsePullRequestHeader(body) !== undefined);
  return open === undefined ? finished : { ...finished, open };
}

function invalid(faults: readonly Fault[]): Extract<Finished, { kind: "invalid" }> {
  return { kind: "invalid", faults, problems: [] };
}

/** Which branches there are, from the checkout: the default branch, or the one that a run by hand was started on. */
async function readDeclared(prefix: string, { tree }: Pick<ActionPorts, "tree">): Promise<WorkspacesFile> {
  const path = `${prefix}workspaces.json`;
  const { file, problems } = readWorkspaces(await tree.read([path]), path);
  if (file !== undefined) return file;
  const first = problems.find(({ severity }) => severity === "error");
  throw new ActionError("invalid-files", `${path} cannot be used: ${first?.message ?? "it has errors."}${first?.hint === undefined ? "" : ` ${first.hint}`}`, {
    position: { file: path, ...(first?.line === undefined ? {} : { line: first.line }) },
  });
}
