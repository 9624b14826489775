import { projectPaths } from "@retell-actions/core/apply/read-files";
import { editsBetween, editsDigest } from "@retell-actions/core/drift/drift-branch";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { FoundBranch } from "./decide-branch.ts";
import { claimedDigest } from "./scaffold-branch.ts";

/** Whose commits stand on the branch. One of ours is known by its message, and by what it changes being what that says. */
export async function inspectBranch(branch: { readonly tip: string | undefined; readonly baseTip: string; readonly directory: string }, { git, repository }: Pick<ActionPorts, "git" | "repository">): Promise<FoundBranch> {
  const { tip, baseTip, directory } = branch;
  if (tip === undefined) return { kind: "absent" };
  const commits = await repository.commitsBetween(baseTip, tip);
  const [commit] = commits;
  if (commit === undefined) return { kind: "contained", tip };
  const claimed = claimedDigest(commit.message);
  if (commits.length > 1 || claimed === undefined) return { kind: "person", tip };
  await git.fetch([tip]);
  const [parent, ...others] = await git.parents(tip);
  if (parent === undefined || others.length > 0) return { kind: "person", tip };
  await git.fetch([parent]);
  const paths = projectPaths(directory);
  const [before, after] = await Promise.all([git.readCommit(parent, paths), git.readCommit(tip, paths)]);
  return editsDigest(editsBetween(before, after)) === claimed ? { kind: "ours", tip, content: claimed } : { kind: "person", tip };
}
