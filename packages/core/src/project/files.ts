/** A file of the user's repository. `text` is undefined for a symbolic link and for bytes that are not UTF-8. */
export interface ProjectFile {
  readonly kind: "file" | "symlink" | "binary";
  readonly text?: string;
  /** What a binary file holds, where it could be read. */
  readonly bytes?: Uint8Array;
}

/** Files by path from the repository's root, with `/` as separator; the same shape from the working tree and from any commit. */
export type ProjectFiles = ReadonlyMap<string, ProjectFile>;
