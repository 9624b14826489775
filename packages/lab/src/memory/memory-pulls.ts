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
    if (base !== undefined && pull.fork === true) continue;
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

/** What a person fills in; `fork` if `head` is a branch of another repository. */
export interface PullRequestByHand {
  readonly head: string;
  readonly base: string;
  readonly title?: string;
  readonly body?: string;
  readonly fork?: boolean;
}

/** A person's pull request. A fork's head is a commit on top of the base that no branch here points at. */
export function openByHand({ git, pulls }: { git: MemoryGit; pulls: Pulls }, { number, head, base, title = head, body = "", fork = false }: PullRequestByHand & { number: number }): MemoryPullRequest {
  const tip = git.branches.get(base);
  const headSha = !fork ? git.branches.get(head) : git.store({ parents: [tip ?? ""], message: `${head} of a fork`, files: git.commits.get(tip ?? "")?.files ?? new Map(), author: "stranger" }).id;
  if (tip === undefined || headSha === undefined) throw new Error(`There is no branch ${tip === undefined ? base : head}.`);
  const pull: MemoryPullRequest = { number, state: "open", merged: false, head, headSha, base, title, body, labels: [], authorIsBot: false, url: `https://github.com/octo/agents/pull/${number}`, closedBy: undefined, ...(fork ? { fork } : {}) };
  pulls.set(number, pull);
  return pull;
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
