import { createHash, randomUUID } from "node:crypto";
import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import type { BareGit } from "./bare-git.ts";

/** A name and date as git stores them; `date` is ISO 8601. */
export interface Person {
  name: string;
  email: string;
  date: string;
}

/** Whether a text is a full SHA-1. */
export function isSha(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** The null id: "no such ref" in git's protocol and in `updateRefs`. */
export const nullSha = "0".repeat(40);

/**
 * Writes a loose blob and returns its SHA. Done in process because a seed of hundreds of files would otherwise start
 * hundreds of git processes; the format is git's own (`git help repository-layout`, loose objects).
 */
export async function writeBlob(git: BareGit, content: Buffer): Promise<string> {
  const store = Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]);
  const sha = createHash("sha1").update(store).digest("hex");
  const folder = join(git.path, "objects", sha.slice(0, 2));
  const target = join(folder, sha.slice(2));
  if (await stat(target).then(() => true, () => false)) return sha;
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `tmp_${randomUUID()}`);
  await writeFile(temporary, deflateSync(store), { mode: 0o444 });
  await rename(temporary, target);
  return sha;
}

/** Type of an object by SHA, or undefined if the repository has no such object. */
export async function objectType(git: BareGit, sha: string): Promise<"blob" | "tree" | "commit" | "tag" | undefined> {
  if (!isSha(sha)) return undefined;
  const result = await git.run(["cat-file", "-t", sha], { allowed: [0, 1, 128] });
  return result.code === 0 ? (result.stdout.toString().trim() as "blob" | "tree" | "commit" | "tag") : undefined;
}

/** Resolves a revision expression to a commit; undefined if there is none. Never takes the text for an option. */
export async function resolveCommit(git: BareGit, revision: string): Promise<string | undefined> {
  return resolveObject(git, `${revision}^{commit}`);
}

/** Resolves any revision expression (`HEAD:path`, a ref, a SHA); undefined if there is no such object. */
export async function resolveObject(git: BareGit, revision: string): Promise<string | undefined> {
  if (revision.includes("\0")) return undefined;
  const result = await git.run(["rev-parse", "--verify", "--quiet", "--end-of-options", revision], { allowed: [0, 1, 128] });
  const sha = result.stdout.toString().trim().split("\n").at(-1) ?? "";
  return result.code === 0 && isSha(sha) && (await objectType(git, sha)) !== undefined ? sha : undefined;
}

/** Writes a commit object; no ref is moved. */
export async function writeCommit(
  git: BareGit,
  commit: { tree: string; parents: readonly string[]; message: string; author: Person; committer: Person },
): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ["-p", parent]);
  return git.text(["commit-tree", commit.tree, ...parents, "-F", "-"], {
    input: commit.message,
    env: {
      GIT_AUTHOR_NAME: commit.author.name,
      GIT_AUTHOR_EMAIL: commit.author.email,
      GIT_AUTHOR_DATE: commit.author.date,
      GIT_COMMITTER_NAME: commit.committer.name,
      GIT_COMMITTER_EMAIL: commit.committer.email,
      GIT_COMMITTER_DATE: commit.committer.date,
    },
  });
}
