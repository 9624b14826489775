import type { ProjectFiles } from "../project/files.ts";

/** Reading the working tree. */
export interface WorkingTree {
  /** Files below the given paths, relative to the repository's root. Symbolic links are reported, not followed. */
  read(paths: readonly string[]): Promise<ProjectFiles>;
}
