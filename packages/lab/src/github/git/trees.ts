import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { BareGit } from "./bare-git.ts";

/** One entry of a tree; `size` only for blobs. */
export interface TreeEntry {
  mode: string;
  type: "blob" | "tree" | "commit";
  sha: string;
  size?: number;
  path: string;
}

/** A change on top of a base tree; `sha: null` removes the path (a folder with all below it). */
export interface TreeChange {
  path: string;
  mode: string;
  sha: string | null;
}

/** Entries of a tree-ish in git's order; `recursive` lists the folders too, as GitHub does. */
export async function listTree(git: BareGit, treeish: string, options: { recursive?: boolean; path?: string } = {}): Promise<TreeEntry[]> {
  const flags = options.recursive === true ? ["-r", "-t"] : [];
  const path = options.path === undefined ? [] : ["--", options.path];
  const { stdout } = await git.run(["ls-tree", "-z", "--long", "--full-tree", ...flags, treeish, ...path]);
  return stdout.toString("utf8").split("\0").filter(Boolean).map(parseEntry);
}

function parseEntry(line: string): TreeEntry {
  const tab = line.indexOf("\t");
  const [mode = "", type = "", sha = "", size = "-"] = line.slice(0, tab).split(/ +/);
  return { mode, type: type as TreeEntry["type"], sha, path: line.slice(tab + 1), ...(size === "-" ? {} : { size: Number(size) }) };
}

/** Writes the tree that results from changes on a base (or on nothing) with a throw-away index. */
export async function writeTree(git: BareGit, options: { base?: string; changes: readonly TreeChange[] }): Promise<string> {
  const index = join(git.path, `lab-index-${randomUUID()}`);
  const scoped = git.with({ GIT_INDEX_FILE: index });
  try {
    await scoped.run(["read-tree", ...(options.base === undefined ? ["--empty"] : [options.base])]);
    const folders = options.changes.filter((change) => change.mode === "040000" && change.sha !== null);
    const gone = await expandRemovals(scoped, options.changes);
    const files = options.changes.filter((change) => change.sha !== null && change.mode !== "040000");
    const lines = [
      ...gone.map((path) => `0 ${"0".repeat(40)}\t${path}\0`),
      ...files.map((change) => `${change.mode} ${change.sha}\t${change.path}\0`),
    ];
    await scoped.run(["update-index", "-z", "--index-info"], { input: lines.join("") });
    for (const folder of folders) {
      await scoped.run(["rm", "-r", "--cached", "--quiet", "--ignore-unmatch", "--", folder.path], { env: { GIT_WORK_TREE: git.path } });
      await scoped.run(["read-tree", `--prefix=${folder.path}/`, String(folder.sha)]);
    }
    return await scoped.text(["write-tree"]);
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

async function expandRemovals(git: BareGit, changes: readonly TreeChange[]): Promise<string[]> {
  const removed = changes.filter((change) => change.sha === null);
  if (removed.length === 0) return [];
  const { stdout } = await git.run(["ls-files", "-z"]);
  const all = stdout.toString("utf8").split("\0").filter(Boolean);
  return removed.flatMap(({ path }) => all.filter((candidate) => candidate === path || candidate.startsWith(`${path}/`)));
}
