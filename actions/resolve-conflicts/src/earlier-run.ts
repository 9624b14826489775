import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { CommitLine } from "@retell-actions/core/ports/github";
import { originTrailer, readDigests, type ReadDigests } from "@retell-actions/core/resolve/commit-trailers";
import type { Request } from "./find-request.ts";
import type { WorkingBranch } from "./working-branch.ts";

/** What an earlier run of the same comment, or of the same run by hand, has committed. */
export interface EarlierRun {
  readonly commit: string;
  /** What the decisions were put on top of. */
  readonly parent: string;
  /** The live states that the commands were held against. */
  readonly read: ReadDigests;
}

/** Where the commands come from, as the trailer of their commit says it. */
export function originOf(request: Exclude<Request, { kind: "ignored" }>, { runId }: ActionPorts["job"]): string {
  return originTrailer(request.kind === "comment" ? { comment: request.event.comment.id } : { run: runId });
}

/**
 * Looks for the commit of a run that broke off. Anybody may write such a message, so nothing is decided from what is found:
 * it only tells where to look whether the same commands give the same files.
 */
export async function findEarlierRun(origin: string, branch: WorkingBranch, { repository, git }: Pick<ActionPorts, "repository" | "git">): Promise<EarlierRun | undefined> {
  if (branch.onServer === null || branch.commit === branch.target.commit) return undefined;
  const isOfOrigin = ({ message }: CommitLine): boolean => message.split("\n").includes(origin);
  const commits = (await repository.commitsBetween(branch.target.commit, branch.commit)).filter(isOfOrigin);
  const [first] = commits;
  const last = commits.at(-1);
  if (first === undefined || last === undefined) return undefined;
  await git.fetch([first.sha]);
  const [parent] = await git.parents(first.sha);
  return parent === undefined ? undefined : { commit: last.sha, parent, read: readDigests(last.message) };
}
