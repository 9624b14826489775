import type { Dirent } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import PQueue from "p-queue";
import type { WorkingTree } from "../../ports/files.ts";
import type { ProjectFile } from "../../project/files.ts";
import { projectFile, repositoryPath, sortedFiles } from "./project-file.ts";

/** Open files at once: enough to keep the disk busy, far below the usual limit of 1024. */
const CONCURRENCY = 64;

/** Files on disk below `root`. Only the asked paths are walked; `.git` never is; symbolic links are reported as such. */
export function createWorkingTree(root: string): WorkingTree {
  return {
    async read(paths) {
      const files = new Map<string, ProjectFile>();
      const queue = new PQueue({ concurrency: CONCURRENCY });
      let failure: { error: unknown } | undefined;

      /** Work is queued, never awaited inside other work, so that depth cannot exhaust the queue. */
      const later = (work: () => Promise<void>): void => {
        queue.add(work).catch((error: unknown) => {
          failure ??= { error };
          queue.clear();
        });
      };

      const readOne = async (path: string): Promise<void> => {
        const bytes = await unlessUnnameable(path, readFile(join(root, path)));
        files.set(path, bytes === undefined ? { kind: "binary" } : projectFile(bytes));
      };

      const walk = async (folder: string): Promise<void> => {
        const entries = await unlessUnnameable(folder, readdir(join(root, folder), { withFileTypes: true }));
        // What is inside stays unknown; that the folder is there is enough for its name to be reported.
        if (entries === undefined) files.set(`${folder}/`, { kind: "binary" });
        for (const entry of entries ?? []) {
          if (entry.name !== ".git") visit(folder === "" ? entry.name : `${folder}/${entry.name}`, entry);
        }
      };

      const visit = (path: string, kind: Pick<Dirent, "isSymbolicLink" | "isDirectory" | "isFile">): void => {
        if (kind.isSymbolicLink()) files.set(path, { kind: "symlink" });
        else if (kind.isDirectory()) later(() => walk(path));
        else if (kind.isFile()) later(() => readOne(path));
        // A pipe or socket would block the read for ever; it is not text either way.
        else files.set(path, { kind: "binary" });
      };

      for (const path of new Set(paths.map(repositoryPath))) {
        const found = await resolve(root, path);
        if (found !== undefined) visit(found.path, found.kind);
      }
      await queue.onIdle();
      if (failure !== undefined) throw failure.error;
      return sortedFiles(files);
    },
  };
}

/** What stands at a path; where a folder on the way is a symbolic link, that link. */
async function resolve(root: string, path: string): Promise<{ path: string; kind: Awaited<ReturnType<typeof lstat>> } | undefined> {
  const parts = path === "" ? [] : path.split("/");
  if (parts.includes(".git")) return undefined;
  for (let depth = 1; depth < parts.length; depth += 1) {
    const parent = parts.slice(0, depth).join("/");
    const kind = await statOrNothing(join(root, parent));
    if (kind === undefined || kind.isFile()) return undefined;
    if (kind.isSymbolicLink()) return { path: parent, kind };
  }
  const kind = await statOrNothing(join(root, path));
  return kind === undefined ? undefined : { path, kind };
}

/** Undefined for a name that is no UTF-8: Node gives it with U+FFFD in it, under which nothing is found. */
async function unlessUnnameable<T>(path: string, opening: Promise<T>): Promise<T | undefined> {
  try {
    return await opening;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT" && path.includes("\uFFFD")) return undefined;
    throw error;
  }
}

async function statOrNothing(path: string): Promise<Awaited<ReturnType<typeof lstat>> | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
