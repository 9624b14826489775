import { projectPaths } from "@retell-actions/core/apply/read-files";
import { editsBetween, editsDigest, type FileEdits } from "@retell-actions/core/drift/drift-branch";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { PullRequest } from "@retell-actions/core/ports/pull-requests";

/** `retell/import`, or `retell/imports/voice` for a project in the folder `voice`: no branch can lie below another one. */
export function importBranch(directory: string): string {
  return directory === "" ? "retell/import" : `retell/imports/${directory}`;
}

const TRAILER = /^Retell-Import: (sha256:[0-9a-f]{64})$/m;

/** The message of the branch's commit; its last line tells later runs that the commit is theirs, and unchanged. */
export function importMessage(subject: string, edits: FileEdits): string {
  return `${subject}\n\nRetell-Import: ${editsDigest(edits)}`;
}

/** What the branch holds. `ours`: one commit of this action, unchanged; `person`: somebody else committed there. */
export type FoundBranch =
  | { readonly kind: "absent"; readonly tip: undefined }
  | { readonly kind: "contained" | "person"; readonly tip: string }
  | { readonly kind: "ours"; readonly tip: string; readonly content: string };

/** Whose commits stand on the branch. One of ours is known by its message, and by what it changes being what that says. */
export async function inspectImportBranch(branch: { readonly tip: string | undefined; readonly baseTip: string; readonly directory: string }, { git, repository }: Pick<ActionPorts, "git" | "repository">): Promise<FoundBranch> {
  const { tip, baseTip, directory } = branch;
  if (tip === undefined) return { kind: "absent", tip };
  const commits = await repository.commitsBetween(baseTip, tip);
  const [commit] = commits;
  if (commit === undefined) return { kind: "contained", tip };
  const claimed = TRAILER.exec(commit.message)?.[1];
  if (commits.length > 1 || claimed === undefined) return { kind: "person", tip };
  await git.fetch([tip]);
  const [parent, ...others] = await git.parents(tip);
  if (parent === undefined || others.length > 0) return { kind: "person", tip };
  await git.fetch([parent]);
  const paths = projectPaths(directory);
  const [before, after] = await Promise.all([git.readCommit(parent, paths), git.readCommit(tip, paths)]);
  return editsDigest(editsBetween(before, after)) === claimed ? { kind: "ours", tip, content: claimed } : { kind: "person", tip };
}

/** True if a person works on the branch, so that it must not be touched; a branch whose pull request is over is free again. */
export function isPersons(found: FoundBranch, pullRequests: readonly PullRequest[]): boolean {
  if (found.kind !== "person") return false;
  const isOver = pullRequests.every(({ state }) => state === "closed") && pullRequests.some(({ headSha }) => headSha === found.tip);
  return !isOver;
}
