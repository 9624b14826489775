import type { ProjectFile, ProjectFiles } from "../project/files.ts";
import { mergeText } from "./merge-text.ts";

/** What a merge gives; or the paths of the files that somebody has to merge by hand, sorted. */
export type MergedFiles = { readonly files: ProjectFiles } | { readonly conflicts: readonly string[] };

/**
 * What merging two commits gives, path by path, for files that both sides read from the same folders. By whole lines, never
 * less careful than git. Renames are not followed: a file that one side renamed and the other changed is a conflict.
 * Of symbolic links and of what is no text only the kind is known, so one that stays of its kind counts as unchanged.
 */
export function mergeFiles({ base, ours, theirs }: { readonly base: ProjectFiles; readonly ours: ProjectFiles; readonly theirs: ProjectFiles }): MergedFiles {
  const files = new Map<string, ProjectFile>();
  const conflicts = new Set<string>();
  for (const path of [...new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])].sort()) {
    const merged = mergeFile({ base: base.get(path), ours: ours.get(path), theirs: theirs.get(path) });
    if (merged === "conflict") conflicts.add(path);
    else if (merged !== undefined) files.set(path, merged);
  }
  for (const path of files.keys()) {
    // One side made a file where the other has a folder.
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) if (files.has(path.slice(0, end))) conflicts.add(path.slice(0, end));
  }
  return conflicts.size > 0 ? { conflicts: [...conflicts].sort() } : { files };
}

type Version = ProjectFile | undefined;

function mergeFile({ base, ours, theirs }: { base: Version; ours: Version; theirs: Version }): Version | "conflict" {
  if (isSame(ours, theirs) || isSame(base, theirs)) return ours;
  if (isSame(base, ours)) return theirs;
  if (base?.text === undefined || ours?.text === undefined || theirs?.text === undefined) return "conflict";
  const { text } = mergeText({ base: base.text, git: ours.text, console: theirs.text, words: false });
  return text === undefined ? "conflict" : { kind: "file", text };
}

function isSame(a: Version, b: Version): boolean {
  return a?.kind === b?.kind && a?.text === b?.text;
}
