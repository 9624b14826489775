import type { BareGit } from "./bare-git.ts";
import type { Person } from "./objects.ts";

/** A commit as git stores it; dates are ISO 8601 in UTC as GitHub prints them. */
export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  author: Person;
  committer: Person;
  message: string;
}

const fields = ["%H", "%T", "%P", "%an", "%ae", "%at", "%cn", "%ce", "%ct", "%B"].join("%x1f");

/** Commits selected by revisions and by options of `git log`, in git's order. */
export async function readCommits(git: BareGit, revisions: readonly string[], options: readonly string[] = []): Promise<Commit[]> {
  const { stdout } = await git.run(["log", "-z", ...options, `--format=tformat:${fields}`, "--end-of-options", ...revisions, "--"]);
  return stdout.toString("utf8").split("\0").filter(Boolean).map(parse);
}

/** One commit by SHA. */
export async function readCommit(git: BareGit, sha: string): Promise<Commit> {
  const [commit] = await readCommits(git, [sha], ["--max-count=1"]);
  if (commit === undefined) throw new Error(`There is no commit ${sha}.`);
  return commit;
}

function parse(record: string): Commit {
  const [sha = "", tree = "", parents = "", an = "", ae = "", at = "0", cn = "", ce = "", ct = "0", ...message] = record.split("\x1f");
  return {
    sha,
    tree,
    parents: parents.split(" ").filter(Boolean),
    author: { name: an, email: ae, date: isoSeconds(Number(at)) },
    committer: { name: cn, email: ce, date: isoSeconds(Number(ct)) },
    message: message.join("\x1f").replace(/\n+$/, ""),
  };
}

function isoSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** How many commits are in `to` and not in `from`. */
export async function countBetween(git: BareGit, from: string, to: string): Promise<number> {
  return Number(await git.text(["rev-list", "--count", `${from}..${to}`]));
}

/** The best common ancestor, or undefined for unrelated histories. */
export async function mergeBase(git: BareGit, one: string, other: string): Promise<string | undefined> {
  const result = await git.run(["merge-base", one, other], { allowed: [0, 1] });
  return result.code === 0 ? result.stdout.toString().trim().split("\n")[0] : undefined;
}

/** Whether `ancestor` is contained in `descendant`: an update between them is a fast-forward. */
export async function isAncestor(git: BareGit, ancestor: string, descendant: string): Promise<boolean> {
  return (await git.run(["merge-base", "--is-ancestor", ancestor, descendant], { allowed: [0, 1] })).code === 0;
}

/** Tree of a real three-way merge, or the conflicting paths (`git merge-tree --write-tree`, git ≥ 2.38). */
export async function mergeTree(git: BareGit, base: string, head: string): Promise<{ tree: string } | { conflicts: string[] }> {
  const result = await git.run(["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", base, head], { allowed: [0, 1, 128] });
  const [tree = "", ...paths] = result.stdout.toString("utf8").split("\0").filter(Boolean);
  if (result.code === 0) return { tree };
  return { conflicts: paths };
}
