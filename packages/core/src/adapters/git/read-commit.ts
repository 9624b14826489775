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

/** Blobs by name, decoded as git prints them: a state branch of thousands of agents is hundreds of megabytes. */
async function readBlobs(git: GitRunner, objects: readonly string[]): Promise<Map<string, ProjectFile>> {
  const files = new Map<string, ProjectFile>();
  if (objects.length === 0) return files;
  const answers = readAnswers(objects, files);
  await git.stream(["cat-file", "--batch"], Buffer.from(`${objects.join("\n")}\n`), answers.take);
  const missing = objects.find((object) => !files.has(object));
  if (missing !== undefined) {
    throw new ActionError("git-failed", `git could not read object ${missing}. The checkout is incomplete: remove any sparse-checkout or filter from actions/checkout, or run again.`);
  }
  return files;
}

/** Takes apart the answers of `cat-file --batch`, each `<object> blob <size>`, then the bytes and a line end; it stops at one that is none. */
function readAnswers(objects: readonly string[], files: Map<string, ProjectFile>): { readonly take: (chunk: Buffer) => void } {
  let header = "";
  let body: { readonly bytes: Buffer; filled: number } | undefined;
  let isBroken = false;

  function begin(): void {
    const [name, type, size] = header.split(" ");
    const length = Number(size);
    isBroken = name !== objects[files.size] || type !== "blob" || !Number.isInteger(length);
    if (!isBroken) body = { bytes: Buffer.allocUnsafe(length + 1), filled: 0 };
    header = "";
  }

  function end(bytes: Buffer): void {
    files.set(objects[files.size] ?? "", projectFile(bytes.subarray(0, -1)));
    body = undefined;
  }

  return {
    take(chunk) {
      for (let position = 0; position < chunk.length && !isBroken; ) {
        if (body === undefined) {
          const lineEnd = chunk.indexOf(10, position);
          header += chunk.toString("latin1", position, lineEnd < 0 ? undefined : lineEnd);
          position = lineEnd < 0 ? chunk.length : lineEnd + 1;
          if (lineEnd >= 0) begin();
        } else {
          const copied = chunk.copy(body.bytes, body.filled, position);
          position += copied;
          body.filled += copied;
          if (body.filled === body.bytes.length) end(body.bytes);
        }
      }
    },
  };
}
