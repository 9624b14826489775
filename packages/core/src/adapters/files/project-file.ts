import type { ProjectFile } from "../../project/files.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A file from its bytes: `binary`, with them, if they are not UTF-8. A byte order mark stays in the text, for the reader to report. */
export function projectFile(bytes: Uint8Array): ProjectFile {
  try {
    return { kind: "file", text: UTF8.decode(bytes) };
  } catch {
    // A copy: what git printed may be a part of something much larger.
    return { kind: "binary", bytes: new Uint8Array(bytes) };
  }
}

/** Files in the order of their paths' code units, the same from every source. */
export function sortedFiles(files: Iterable<readonly [string, ProjectFile]>): Map<string, ProjectFile> {
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/**
 * A path from the repository's root, in one spelling: no `./`, no empty parts; `""` is the root itself. Absolute paths
 * and `..` are a defect of the caller, which has to refuse them with a position.
 */
export function repositoryPath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (path.startsWith("/") || parts.includes("..")) throw new TypeError(`not a path inside the repository: ${JSON.stringify(path)}`);
  return parts.join("/");
}
