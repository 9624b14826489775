import type { MemoryGit } from "./memory-git.ts";
import type { MemoryPullRequest } from "./memory-github.ts";
import { ancestors, joinFiles, mergeBase } from "./memory-history.ts";

type Pulls = Map<number, MemoryPullRequest>;

/**
 * Brings open pull requests up to date with their branches, as GitHub does after each move: the head's tip is taken
 * over, a deleted branch or a head that has nothing left closes, a head that came into the base counts as merged.
 */
export function settlePulls(git: MemoryGit, pulls: Pulls): void {
  for (const [number, pull] of pulls) {
    if (pull.state !== "open") continue;
    const [head, base] = [git.branches.get(pull.head), git.branches.get(pull.base)];
    if (head === undefined || base === undefined) {
      pulls.set(number, { ...pull, state: "closed", closedBy: "job" });
      continue;
    }
    const inBase = ancestors(git, base);
    if (inBase.has(pull.headSha) && git.commits.has(pull.headSha)) pulls.set(number, { ...pull, state: "closed", merged: true, mergeCommit: base });
    else if (inBase.has(head)) pulls.set(number, { ...pull, headSha: head, state: "closed", closedBy: "job" });
    else if (head !== pull.headSha) pulls.set(number, { ...pull, headSha: head });
  }
}

/** A person's merge of a pull request by a merge commit; returns that commit. */
export function mergeByHand({ git, pulls }: { git: MemoryGit; pulls: Pulls }, number: number): string {
  const pull = pulls.get(number);
  const tip = git.branches.get(pull?.base ?? "");
  if (pull?.state !== "open" || tip === undefined) throw new Error(`There is no open pull request ${number}.`);
  const filesOf = (commit: string | undefined): ReadonlyMap<string, string> => git.commits.get(commit ?? "")?.files ?? new Map<string, string>();
  const files = joinFiles({ base: filesOf(mergeBase(git, tip, pull.headSha)), ours: filesOf(tip), theirs: filesOf(pull.headSha) });
  if (files === undefined) throw new Error(`Pull request ${number} has conflicts.`);
  const { id } = git.store({ parents: [tip, pull.headSha], message: `Merge pull request #${number} from octo/${pull.head}\n\n${pull.title}`, files, author: "octocat" });
  git.branches.set(pull.base, id);
  pulls.set(number, { ...pull, state: "closed", merged: true, mergeCommit: id });
  return id;
}
