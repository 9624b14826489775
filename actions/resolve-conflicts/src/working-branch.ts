import type { ReasonCode } from "@retell-actions/core/outcome";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { PullRequest } from "@retell-actions/core/ports/pull-requests";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { resolveBranch, startOfResolve } from "@retell-actions/core/resolve/resolve-branch";
import { readFilesAt } from "@retell-actions/core/apply/read-files";
import type { Scene, Tip } from "./scene.ts";

/** The branch that takes the decisions, and where its commits go on from. */
export interface WorkingBranch {
  readonly kind: "ready";
  readonly name: string;
  /** True for the pull request's own branch, false for a branch of decisions, which has a pull request of its own. */
  readonly isHead: boolean;
  /** The commit that the decisions are put on top of. */
  readonly commit: string;
  readonly files: ProjectFiles;
  /** Where the branch is on the server; null where it does not exist. */
  readonly onServer: string | null;
  /** The branch that its pull request goes to. */
  readonly target: Tip;
  readonly pullRequest: PullRequest | undefined;
}

/** Why no branch can take decisions. */
export interface NoBranch {
  readonly kind: "refused";
  readonly reason: ReasonCode;
  readonly message: string;
}

/**
 * The open pull request's branch, unless it is one that people deploy from or that refuses commits (`refusesCommits`):
 * then, and after a merge, a branch `retell/resolve/<workspace>` with a pull request of its own.
 */
export async function chooseBranch(scene: Scene, choice: { readonly workspace: string; readonly refusesCommits: boolean }, ports: Pick<ActionPorts, "git" | "pullRequests" | "repository">): Promise<WorkingBranch | NoBranch> {
  const { pullRequest, head, base, trusted } = scene;
  if (base === undefined) return { kind: "refused", reason: "unknown-workspace", message: `workspaces.json has no workspace ${JSON.stringify(choice.workspace)}.` };
  if (pullRequest?.fork === true && pullRequest.state === "open") {
    return { kind: "refused", reason: "fork-branch", message: "The pull request's branch is in a fork, where nothing can be committed. Its author has to make the change there, or the pull request is opened from a branch of this repository." };
  }
  if (pullRequest !== undefined && pullRequest.state === "closed" && !pullRequest.merged) {
    return { kind: "refused", reason: "wrong-branch", message: "The pull request is closed. Open it again, or start the workflow of commands by hand." };
  }
  const isBranchOfRole = head !== undefined && Object.values(trusted.branches).includes(head.branch);
  if (head !== undefined && !isBranchOfRole && !choice.refusesCommits) {
    return { kind: "ready", name: head.branch, isHead: true, commit: head.commit, files: head.files, onServer: head.commit, target: base, pullRequest };
  }
  return resolveFrom(scene, { workspace: choice.workspace, target: head ?? base }, ports);
}

async function resolveFrom({ directory }: Scene, { workspace, target }: { readonly workspace: string; readonly target: Tip }, ports: Pick<ActionPorts, "git" | "pullRequests" | "repository">): Promise<WorkingBranch | NoBranch> {
  const name = resolveBranch(directory, workspace);
  const [tips, pullRequests] = await Promise.all([ports.git.remoteTips([name]), ports.pullRequests.ofBranch(name)]);
  const tip = tips.get(name);
  const isContained = tip !== undefined && (await ports.repository.compare(target.commit, tip)).aheadBy === 0;
  const start = startOfResolve({ branch: name, base: target.branch, tip, isContained, pullRequests });
  const common = { kind: "ready", name, isHead: false, onServer: tip ?? null, target } as const;
  switch (start.kind) {
    case "refused":
      return start;
    case "anew":
      return { ...common, commit: target.commit, files: target.files, pullRequest: undefined };
    case "continue":
      return { ...common, commit: start.tip, files: await readFilesAt(ports.git, start.tip, directory), pullRequest: start.pullRequest };
  }
}

