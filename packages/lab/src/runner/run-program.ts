/**
 * What steps of every kind have in common: fresh command files around a program, its log, and what it left behind.
 * Sources: actions/runner `FileCommandManager.cs` (files are read also after a failure or a cancel), `Handler.cs`.
 */
import { stat } from "node:fs/promises";
import { CommandFiles, parseEntries, summaryLimit, type FileEntry } from "./command-files.ts";
import type { MaskSet } from "./masks.ts";
import { StepLog, type Annotation } from "./step-log.ts";
import { runProcess, type StepProcessOptions, type StepProcessResult } from "./step-process.ts";

/** Result of a step's program. Everything but `stdout`, `stderr`, `outputs`, `env` and `state` is masked. */
export interface ProgramResult {
  readonly conclusion: "success" | "failure" | "cancelled";
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly log: string;
  /** Values as written by the step; see `MaskSet.hides` for what another job would get. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** Directories added to PATH, the last one first in the search. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly annotations: readonly Annotation[];
  readonly annotationsDropped: number;
  readonly groups: readonly string[];
  readonly masks: readonly string[];
  readonly durationMs: number;
}

export interface ProgramOptions extends Omit<StepProcessOptions, "onLine" | "env"> {
  readonly environment: Readonly<Record<string, string>>;
  readonly runnerTemp: string;
  readonly workspace: string;
  readonly masks: MaskSet;
  readonly debug?: boolean | undefined;
  /** Called with the log before the program starts, for messages of the runner. */
  readonly announce?: (log: StepLog) => void;
}

async function readSummary(files: CommandFiles, log: StepLog, masks: MaskSet): Promise<string> {
  const size = (await stat(files.paths.GITHUB_STEP_SUMMARY).catch(() => undefined))?.size ?? 0;
  if (size > summaryLimit) {
    log.issue("error", `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${summaryLimit / 1024}k, got ${Math.trunc(size / 1024)}k.`);
    return "";
  }
  const text = await files.read("GITHUB_STEP_SUMMARY");
  return text.split("\n").map((line) => masks.mask(line)).join("\n");
}

async function readEntries(files: CommandFiles, name: "GITHUB_OUTPUT" | "GITHUB_ENV" | "GITHUB_STATE", log: StepLog): Promise<FileEntry[] | undefined> {
  try {
    return parseEntries(await files.read(name));
  } catch (error) {
    log.issue("error", `Unable to process file command '${name.slice("GITHUB_".length).toLowerCase()}' successfully.`);
    log.issue("error", (error as Error).message);
    return undefined;
  }
}

function keepAllowed(entries: readonly FileEntry[], log: StepLog): FileEntry[] {
  return entries.filter((entry) => {
    if (entry.name.toUpperCase() !== "NODE_OPTIONS") return true;
    log.issue("error", `Can't store ${entry.name} output parameter using '$GITHUB_ENV' command.`);
    return false;
  });
}

function toRecord(entries: readonly FileEntry[]): Record<string, string> {
  return Object.fromEntries(entries.map((entry) => [entry.name, entry.value]));
}

/** Runs a program as a step. Never rejects because of what the program does; a program that cannot start is a failure. */
export async function runProgram(options: ProgramOptions): Promise<ProgramResult> {
  const started = performance.now();
  const { masks, workspace } = options;
  const log = new StepLog({ masks, workspace, debug: options.debug ?? false });
  options.announce?.(log);
  const files = await CommandFiles.create(options.runnerTemp);
  let ended: StepProcessResult | undefined;
  try {
    ended = await runProcess({ ...options, env: { ...options.environment, ...files.paths }, onLine: (line) => log.line(line) });
  } catch (error) {
    log.issue("error", `The program could not be started: ${(error as Error).message}`);
  }
  const outputs = await readEntries(files, "GITHUB_OUTPUT", log);
  const env = await readEntries(files, "GITHUB_ENV", log);
  const state = await readEntries(files, "GITHUB_STATE", log);
  const allowedEnv = toRecord(keepAllowed(env ?? [], log));
  const path = (await files.read("GITHUB_PATH")).split(/\r?\n/).filter((line) => line !== "");
  const summary = await readSummary(files, log, masks);
  await files.remove();
  if (ended?.cancelled) log.issue("error", "The operation was canceled.");
  else if (ended && ended.exitCode !== 0) log.issue("error", `Process completed with exit code ${ended.exitCode ?? `(signal ${ended.signal ?? "unknown"})`}.`);
  const clean = ended?.exitCode === 0 && !log.commandFailed && outputs !== undefined && env !== undefined && state !== undefined;
  return {
    conclusion: ended?.cancelled ? "cancelled" : clean ? "success" : "failure",
    exitCode: ended?.exitCode ?? null,
    signal: ended?.signal ?? null,
    stdout: ended?.stdout ?? "",
    stderr: ended?.stderr ?? "",
    log: log.text,
    outputs: { ...log.outputs, ...toRecord(outputs ?? []) },
    env: allowedEnv,
    state: { ...log.state, ...toRecord(state ?? []) },
    path: path.reverse(),
    summary,
    annotations: log.annotations,
    annotationsDropped: log.annotationsDropped,
    groups: log.groups,
    masks: masks.values,
    durationMs: performance.now() - started,
  };
}
