import { ActionError } from "../../errors.ts";
import type { ProjectFile, ProjectFiles } from "../../project/files.ts";
import { projectFile, repositoryPath, sortedFiles } from "../files/project-file.ts";
import type { GitRunner } from "./run-git.ts";

interface TreeEntry {
  readonly mode: string;
  readonly object: string;
  readonly path: string;
}

/** Files below the paths at a commit, with two git processes whatever their number. */
export async function readCommitFiles({ git, commit, paths }: { git: GitRunner; commit: string; paths: readonly string[] }): Promise<ProjectFiles> {
  if (paths.length === 0) return new Map();
  const wanted = [...new Set(paths.map(repositoryPath))];
  const listed = await git.run(["ls-tree", "-r", "-z", "--full-tree", commit, "--", ...(wanted.includes("") ? [] : wanted)]);
  const entries = listed.toString().split("\0").filter((line) => line !== "").map(parseEntry);
  const regular = entries.filter(isRegular);
  const objects = [...new Set(regular.map((entry) => entry.object))];
  const contents = await readBlobs(git, objects);
  return sortedFiles(entries.map((entry) => [entry.path, fileOf(entry, contents)]));
}

/** `100644 blob <object>\t<path>` */
function parseEntry(line: string): TreeEntry {
  const tab = line.indexOf("\t");
  const [mode = "", , object = ""] = line.slice(0, tab).split(" ");
  return { mode, object, path: line.slice(tab + 1) };
}

function isRegular({ mode }: TreeEntry): boolean {
  return mode.startsWith("100");
}

function fileOf(entry: TreeEntry, contents: ReadonlyMap<string, ProjectFile>): ProjectFile {
  if (entry.mode === "120000") return { kind: "symlink" };
  // A submodule (160000) has no content here.
  return isRegular(entry) ? (contents.get(entry.object) ?? { kind: "binary" }) : { kind: "binary" };
}

async function readBlobs(git: GitRunner, objects: readonly string[]): Promise<Map<string, ProjectFile>> {
  const files = new Map<string, ProjectFile>();
  if (objects.length === 0) return files;
  const output = await git.run(["cat-file", "--batch"], Buffer.from(`${objects.join("\n")}\n`));
  let position = 0;
  for (const object of objects) {
    const lineEnd = output.indexOf(10, position);
    const [name, type, size] = output.toString("latin1", position, lineEnd).split(" ");
    const length = Number(size);
    if (lineEnd < 0 || name !== object || type !== "blob" || !Number.isInteger(length) || lineEnd + 1 + length > output.length) {
      throw new ActionError("git-failed", `git could not read object ${object}. The checkout is incomplete: remove any sparse-checkout or filter from actions/checkout, or run again.`);
    }
    files.set(object, projectFile(output.subarray(lineEnd + 1, lineEnd + 1 + length)));
    position = lineEnd + 1 + length + 1;
  }
  return files;
}
