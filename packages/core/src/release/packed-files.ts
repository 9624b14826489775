import type { ProjectFiles } from "../project/files.ts";
import { hasErrors, type Problem } from "../project/problem.ts";
import { entryNameProblems } from "./entry-names.ts";

/** A file as it goes into the archives. */
export interface PackedFile {
  /** From the project's folder, which is the archive's root. */
  readonly path: string;
  readonly data: Uint8Array;
}

/**
 * The project's files by path, with the bytes that they have in Git. What an archive cannot hold faithfully or safely (links, bytes
 * that are no text, names that lead elsewhere) is an error, unless `known` has one for that file already. `prefix` is empty or ends with a slash.
 */
export function packedFiles({ files, prefix, known }: { files: ProjectFiles; prefix: string; known: readonly Problem[] }): { files: PackedFile[]; problems: Problem[] } {
  const packed: PackedFile[] = [];
  const problems = entryNameProblems([...files.keys()].sort());
  const refused = new Set(problems.map(({ file }) => file));
  for (const [path, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (refused.has(path)) continue;
    // Text was decoded without loss: a byte order mark and every kind of line break are still in it.
    if (file.text !== undefined) packed.push({ path: path.slice(prefix.length), data: new TextEncoder().encode(file.text) });
    // A manual of a knowledge base need not be text.
    else if (file.bytes !== undefined && path.startsWith(`${prefix}knowledge/`)) packed.push({ path: path.slice(prefix.length), data: file.bytes });
    else if (!hasErrors(known.filter((problem) => problem.file === path))) problems.push(unpackable(path, file.kind));
  }
  return { files: packed, problems };
}

function unpackable(file: string, kind: string): Problem {
  if (kind === "symlink") return { code: "symlink", severity: "error", file, message: `${file} is a symbolic link, which a release does not follow.`, hint: "Put the file itself there." };
  return { code: "not-utf8", severity: "error", file, message: `${file} is not UTF-8 text, so it is not packed.`, hint: "Save it as UTF-8, or move it out of agents and prompts." };
}
