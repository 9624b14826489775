import type { ProjectFiles } from "../project/files.ts";

/** Reading the repository's commits. All methods throw `ActionError("git-failed")` with what to check. */
export interface GitReader {
  /** The commit that is checked out. */
  head(): Promise<string>;
  /** Paths with uncommitted changes, tracked or not (ignored files do not count); empty for a clean tree. */
  uncommitted(): Promise<string[]>;
  /** Parents of a commit as its object names them, also where a shallow checkout lacks them. */
  parents(commit: string): Promise<string[]>;
  /** Tips of the given branches on the server; absent branches are absent from the map. One request. */
  remoteTips(branches: readonly string[]): Promise<Map<string, string>>;
  /** The commit that a tag on the server stands for, through the objects of annotated tags; undefined if there is no such tag. */
  tagCommit(tag: string): Promise<string | undefined>;
  /** When a commit was made, as its object says (committer); epoch milliseconds. The commit must be available locally. */
  commitTime(commit: string): Promise<number>;
  /** Makes commits available locally, without history. */
  fetch(commits: readonly string[]): Promise<void>;
  /** Files below the given paths (relative to the repository's root) at a commit. */
  readCommit(commit: string, paths: readonly string[]): Promise<ProjectFiles>;
}
