import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BareGit } from "./bare-git.ts";
import { isSha, nullSha } from "./objects.ts";

/** A ref to move; `old` and `new` use the null id for "absent". */
export interface RefChange {
  ref: string;
  old: string;
  new: string;
}

/** The object a full ref name points to; undefined if absent. */
export async function readRef(git: BareGit, ref: string): Promise<string | undefined> {
  if (!isRefName(ref)) return undefined;
  // A loose ref is a file with its id; whatever else there may be, git knows.
  const loose = await readFile(join(git.path, ref), "utf8").then((text) => text.trim(), () => "");
  if (isSha(loose)) return loose;
  const isPacked = await access(join(git.path, "packed-refs")).then(() => true, () => false);
  if (loose === "" && !isPacked) return undefined;
  const result = await git.run(["show-ref", "--verify", "--hash", "--", ref], { allowed: [0, 1, 128] });
  const sha = result.stdout.toString().trim();
  return result.code === 0 && isSha(sha) ? sha : undefined;
}

/** All refs below a prefix (`refs/heads/`), by name. */
export async function listRefs(git: BareGit, prefix: string): Promise<{ ref: string; sha: string; type: string }[]> {
  const text = await git.text(["for-each-ref", "--format=%(refname)%00%(objectname)%00%(objecttype)"]);
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\0"))
    .map(([ref = "", sha = "", type = ""]) => ({ ref, sha, type }))
    .filter(({ ref }) => ref.startsWith(prefix));
}

/** Moves refs in one transaction: all of them or none. Throws if one is not where the caller believes. */
export async function writeRefs(git: BareGit, changes: readonly RefChange[]): Promise<void> {
  const lines = changes.map(({ ref, old, new: target }) =>
    target === nullSha ? `delete ${ref}\0${old}\0` : `update ${ref}\0${target}\0${old}\0`,
  );
  await git.run(["update-ref", "-z", "--stdin"], { input: lines.join("") });
}

/** Whether a text is a valid full ref name by the rules of `git check-ref-format`. */
export function isRefName(ref: string): boolean {
  if (!ref.startsWith("refs/") || ref.split("/").length < 3) return false;
  if (/[\0-\x20\x7f~^:?*[\\]/.test(ref) || ref.includes("..") || ref.includes("@{") || ref.endsWith(".")) return false;
  return ref.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}
