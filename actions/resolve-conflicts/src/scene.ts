import { readFilesAt, readWorkingFiles } from "@retell-actions/core/apply/read-files";
import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { PullRequestDetails } from "@retell-actions/core/ports/pull-requests";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { projectPrefix } from "@retell-actions/core/project/project-paths";
import { renamedWorkspaces } from "@retell-actions/core/project/renamed-workspaces";
import { readWorkspaces } from "@retell-actions/core/project/validate-project";
import type { WorkspacesFile } from "@retell-actions/core/project/workspace";
import type { CommandLine } from "@retell-actions/core/resolve/parse-commands";
import type { Request } from "./find-request.ts";

/** The tip of a branch with the project's files. */
export interface Tip {
  readonly branch: string;
  readonly commit: string;
  readonly files: ProjectFiles;
}

/** What the commands are about. */
export interface Scene {
  readonly directory: string;
  readonly repositoryId: number;
  /** Keys, hosts and branches as the branch that is deployed from declares them, else as the default branch does; of a pull request, names only. */
  readonly trusted: WorkspacesFile;
  /** The branch that is deployed from, or that the pull request goes to; undefined for a manual run that names no workspace. */
  readonly base: Tip | undefined;
  readonly pullRequest: PullRequestDetails | undefined;
  /** The open pull request's branch in this repository. */
  readonly head: Tip | undefined;
  /** Epoch milliseconds of the comment; undefined for a manual run. */
  readonly writtenAt: number | undefined;
}

/** Finds the pull request of the comment, or the branch that a manual run's workspace is deployed from. */
export async function openScene(request: Exclude<Request, { kind: "ignored" }>, directory: string, ports: ActionPorts): Promise<Scene> {
  const repositoryId = ports.job.repositoryId ?? (await ports.repository.repositoryId());
  const common = { directory, repositoryId };
  if (request.kind === "dispatch") {
    const declared = trustedFrom(await readWorkingFiles(ports.tree, directory), directory, "the checkout");
    const branch = declared.workspaces.find(({ name }) => name === namedWorkspace(request.lines))?.branch;
    const base = branch === undefined ? undefined : await readTip(branch, directory, ports);
    return { ...common, trusted: base === undefined ? declared : trustedFrom(base.files, directory, base.branch), base, pullRequest: undefined, head: undefined, writtenAt: undefined };
  }
  const { event } = request;
  const pullRequest = event.isPullRequest ? await ports.pullRequests.get(event.issue) : undefined;
  if (pullRequest === undefined) {
    throw new ActionError("invalid-input", "Commands work in pull requests, whose branch takes the decision. Here, start the workflow of commands by hand (Actions → Run workflow), or write the command on the pull request.");
  }
  const base = await readTip(pullRequest.base, directory, ports);
  // Anybody may push a branch and open a pull request to it: only branches that the default branch deploys from are asked.
  const declared = trustedFrom(await readWorkingFiles(ports.tree, directory), directory, "the default branch");
  const isDeployedFrom = declared.workspaces.some(({ branch }) => branch === base.branch);
  const head = pullRequest.state === "open" && !pullRequest.fork ? await readTip(pullRequest.head, directory, ports) : undefined;
  const trusted = isDeployedFrom ? trustedFrom(base.files, directory, base.branch) : declared;
  const proposed = head === undefined ? undefined : readWorkspaces(head.files, `${projectPrefix(directory) ?? ""}workspaces.json`).file;
  return { ...common, trusted: renamedWorkspaces(trusted, proposed), base, pullRequest, head, writtenAt: event.comment.createdAt };
}

function namedWorkspace(lines: readonly CommandLine[]): string | undefined {
  return lines[0]?.words[0];
}

/** Reads the tip of a branch as the server has it now. */
export async function readTip(branch: string, directory: string, { git }: Pick<ActionPorts, "git">): Promise<Tip> {
  const commit = (await git.remoteTips([branch])).get(branch);
  if (commit === undefined) throw new ActionError("branch-missing", `The branch ${branch} does not exist on the server.`);
  return { branch, commit, files: await readFilesAt(git, commit, directory) };
}

function trustedFrom(files: ProjectFiles, directory: string, where: string): WorkspacesFile {
  const path = `${projectPrefix(directory) ?? ""}workspaces.json`;
  const { file, problems } = readWorkspaces(files, path);
  if (file !== undefined) return file;
  const first = problems.find(({ severity }) => severity === "error");
  throw new ActionError("invalid-files", `${path} of ${where} cannot be used: ${first?.message ?? "it has errors."}${first?.hint === undefined ? "" : ` ${first.hint}`}`);
}
