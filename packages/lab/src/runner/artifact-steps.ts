/**
 * `actions/upload-artifact` and `actions/download-artifact` within one run. Sources: their READMEs and action.yml (v7, v8):
 * a single file lies at the artifact's root, a folder gives its content; hidden files only when asked for; a download by name
 * goes straight into `path`, one of all artifacts into a folder each. Wildcards, other runs and other repositories are refused.
 */
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { ArtifactFiles, ArtifactStore } from "./artifact-store.ts";
import { builtInResult } from "./built-in-result.ts";
import type { MaskSet } from "./masks.ts";
import type { ProgramResult } from "./run-program.ts";
import { StepLog } from "./step-log.ts";

export interface ArtifactStepOptions {
  readonly verb: "upload" | "download";
  readonly inputs: Readonly<Record<string, string>>;
  readonly store: ArtifactStore;
  /** Attempt of the run. */
  readonly attempt: number;
  readonly workspace: string;
  readonly masks: MaskSet;
}

/** Inputs that the lab obeys or may ignore without harm, by verb; any other makes the step fail. */
export const artifactInputs: Readonly<Record<ArtifactStepOptions["verb"], readonly string[]>> = {
  upload: ["name", "path", "if-no-files-found", "retention-days", "compression-level", "overwrite", "include-hidden-files"],
  download: ["name", "path"],
};

interface Found {
  readonly path: string;
  readonly name: string;
}

async function filesBelow(folder: string, hidden: boolean): Promise<Found[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((path) => ({ path, name: relative(folder, path) })).filter(({ name }) => hidden || !name.split("/").some((part) => part.startsWith(".")));
}

async function search(pattern: string, hidden: boolean): Promise<Found[]> {
  const found = await stat(pattern).catch(() => undefined);
  if (found === undefined) return [];
  if (found.isDirectory()) return filesBelow(pattern, hidden);
  return hidden || !basename(pattern).startsWith(".") ? [{ path: pattern, name: basename(pattern) }] : [];
}

async function upload({ inputs, store, attempt, workspace }: ArtifactStepOptions, log: StepLog): Promise<Record<string, string>> {
  const name = inputs["name"] || "artifact";
  const path = inputs["path"] ?? "";
  if (path === "") throw new Error("Input required and not supplied: path");
  const [pattern = "", ...more] = path.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  if (more.length > 0 || /[*?[\]!]/.test(pattern)) throw new Error(`The lab's upload-artifact takes one path without wildcards, not '${path}'.`);
  const found = await search(resolve(workspace, pattern), inputs["include-hidden-files"] === "true");
  if (found.length === 0) {
    const message = `No files were found with the provided path: ${path}. No artifacts will be uploaded.`;
    const wanted = inputs["if-no-files-found"] || "warn";
    if (wanted === "error") throw new Error(message);
    if (wanted === "warn") log.issue("warning", message);
    else if (wanted === "ignore") log.write(message);
    else throw new Error(`Unrecognized if-no-files-found input. Provided: ${wanted}. Available options: warn,error,ignore`);
    return {};
  }
  const files = new Map(await Promise.all(found.map(async (file) => [file.name, await readFile(file.path)] as const)));
  const id = store.add({ name, attempt, files, overwrite: inputs["overwrite"] === "true" });
  log.write(`Artifact ${name} has been successfully uploaded! (${files.size} files)`);
  return { "artifact-id": String(id) };
}

async function extract(files: ArtifactFiles, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

async function download({ inputs, store, workspace }: ArtifactStepOptions, log: StepLog): Promise<Record<string, string>> {
  const folder = resolve(workspace, inputs["path"] || ".");
  const name = inputs["name"] ?? "";
  if (name === "") for (const each of store.names) await extract(store.find(each) ?? new Map(), join(folder, each));
  else {
    const files = store.find(name);
    if (files === undefined) throw new Error(`Unable to download artifact(s): Artifact not found for name: ${name}`);
    await extract(files, folder);
  }
  log.write(`Artifact download completed: ${folder}`);
  return { "download-path": folder };
}

/** Runs the step; a fault fails it, never the runner. */
export async function runArtifactStep(options: ArtifactStepOptions): Promise<ProgramResult> {
  const started = performance.now();
  const { verb, inputs, masks, workspace } = options;
  const log = new StepLog({ masks, workspace });
  try {
    const unknown = Object.keys(inputs).filter((name) => !artifactInputs[verb].includes(name));
    if (unknown.length > 0) throw new Error(`The lab's ${verb}-artifact does not support the input(s) ${unknown.join(", ")}.`);
    const outputs = await (verb === "upload" ? upload(options, log) : download(options, log));
    return builtInResult({ conclusion: "success", log, masks, outputs, started });
  } catch (error) {
    log.issue("error", (error as Error).message);
    return builtInResult({ conclusion: "failure", log, masks, outputs: {}, started });
  }
}
