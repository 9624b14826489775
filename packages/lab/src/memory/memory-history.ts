import type { MemoryCommit, MemoryGit } from "./memory-git.ts";

type History = Pick<MemoryGit, "branches" | "commits">;

/** The commit that a branch or an id names, or undefined. */
export function resolveCommit(git: History, name: string): string | undefined {
  return git.branches.get(name) ?? (git.commits.has(name) ? name : undefined);
}

/** A commit and everything that it is made on. */
export function ancestors(git: History, commit: string): Set<string> {
  const seen = new Set<string>();
  const open = [commit];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(git.commits.get(next)?.parents ?? []));
  }
  return seen;
}

/** A common ancestor that no other common ancestor is made on; undefined for unrelated histories. */
export function mergeBase(git: History, one: string, other: string): string | undefined {
  const line = ancestors(git, other);
  const common = [...ancestors(git, one)].filter((commit) => line.has(commit));
  return common.find((candidate) => common.every((commit) => commit === candidate || !ancestors(git, commit).has(candidate)));
}

/** Commits that `head` has and `base` has not, each after its parents. */
export function commitsSince(git: History, { base, head }: { base: string; head: string }): MemoryCommit[] {
  const seen = ancestors(git, base);
  const found: MemoryCommit[] = [];
  const visit = (id: string): void => {
    const commit = git.commits.get(id);
    if (commit === undefined || seen.has(id)) return;
    seen.add(id);
    commit.parents.forEach(visit);
    found.push(commit);
  };
  visit(head);
  return found;
}

type Files = ReadonlyMap<string, string>;

/** Three versions of all files joined file by file; undefined if both sides changed one differently. Git joins lines, too. */
export function joinFiles({ base, ours, theirs }: { base: Files; ours: Files; theirs: Files }): Map<string, string> | undefined {
  const joined = new Map<string, string>();
  for (const path of new Set([...ours.keys(), ...theirs.keys()])) {
    const [before, our, their] = [base.get(path), ours.get(path), theirs.get(path)];
    if (before !== our && before !== their && our !== their) return undefined;
    const text = our === before ? their : our;
    if (text !== undefined) joined.set(path, text);
  }
  return joined;
}
