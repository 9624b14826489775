/**
 * The files behind `GITHUB_OUTPUT`, `GITHUB_ENV`, `GITHUB_STATE`, `GITHUB_PATH` and `GITHUB_STEP_SUMMARY`.
 * Source: actions/runner `FileCommandManager.cs`: `=` or `<<`, whichever comes first, decides how a line is read; a
 * line with neither, an empty name or delimiter, or a delimiter that never comes fail the step.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join } from "node:path";

/** Largest step summary that is kept, in bytes (github-actions docs, "Actions limits": 1 MiB per step). */
export const summaryLimit = 1024 * 1024;

/** One `name=value` or heredoc of a command file. */
export interface FileEntry {
  readonly name: string;
  readonly value: string;
}

/** Reads the key-value format of the output, environment and state files. @throws {Error} with the runner's wording. */
export function parseEntries(text: string): FileEntry[] {
  const entries: FileEntry[] = [];
  let index = 0;
  const readLine = (): { line: string; newline: string } | undefined => {
    if (index >= text.length) return undefined;
    const end = text.indexOf("\n", index);
    const line = text.slice(index, end < 0 ? text.length : end);
    index = end < 0 ? text.length : end + 1;
    return { line, newline: end < 0 ? "" : "\n" };
  };
  for (let read = readLine(); read !== undefined; read = readLine()) {
    const { line } = read;
    if (line === "") continue;
    const equals = line.indexOf("=");
    const heredoc = line.indexOf("<<");
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new Error(`Invalid format '${line}'. Name must not be empty`);
      entries.push({ name: line.slice(0, equals), value: line.slice(equals + 1) });
      continue;
    }
    if (heredoc < 0) throw new Error(`Invalid format '${line}'`);
    const name = line.slice(0, heredoc);
    const delimiter = line.slice(heredoc + 2);
    if (name === "" || delimiter === "") {
      throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
    }
    const start = index;
    let end = index;
    for (let next = readLine(); ; next = readLine()) {
      if (next?.line === delimiter) break;
      if (next === undefined || next.newline === "") throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      end = index - next.newline.length;
    }
    entries.push({ name, value: text.slice(start, end) });
  }
  return entries;
}

const kinds = {
  GITHUB_OUTPUT: "set_output_",
  GITHUB_ENV: "set_env_",
  GITHUB_STATE: "save_state_",
  GITHUB_PATH: "add_path_",
  GITHUB_STEP_SUMMARY: "step_summary_",
} as const;

/** Name of a variable that holds the path of a command file. */
export type CommandFileName = keyof typeof kinds;

/** The fresh set of files of one step. */
export class CommandFiles {
  /** `GITHUB_*` variable → absolute path. */
  readonly paths: Readonly<Record<CommandFileName, string>>;

  constructor(paths: Readonly<Record<CommandFileName, string>>) {
    this.paths = paths;
  }

  /** Creates empty files below the runner's temporary directory, with names that no other step has. */
  static async create(runnerTemp: string): Promise<CommandFiles> {
    const directory = join(runnerTemp, "_runner_file_commands");
    await mkdir(directory, { recursive: true });
    const suffix = randomUUID();
    const paths = Object.fromEntries(Object.entries(kinds).map(([name, prefix]) => [name, join(directory, prefix + suffix)]));
    await Promise.all(Object.values(paths).map((path) => writeFile(path, "")));
    return new CommandFiles(paths as Record<CommandFileName, string>);
  }

  /** Text of one file; empty if the step removed it. */
  async read(name: CommandFileName): Promise<string> {
    return (await readFile(this.paths[name], "utf8").catch(() => "")).replace(/^\uFEFF/, "");
  }

  async remove(): Promise<void> {
    await Promise.all(Object.values(this.paths).map((path) => rm(path, { force: true })));
  }
}
