/**
 * What a step prints, processed line by line as it arrives: commands are obeyed, the rest is masked and logged.
 * Sources: actions/runner `ActionCommandManager.cs` (commands), `ExecutionContext.cs` (10 annotations per level and
 * step, messages cut at 4,096 characters).
 */
import { isAbsolute, relative } from "node:path";
import type { MaskSet } from "./masks.ts";
import { parseCommand, type WorkflowCommand } from "./workflow-commands.ts";

export type AnnotationLevel = "error" | "warning" | "notice";

/** An annotation as GitHub would show it, masked. Lines and columns count from 1. */
export interface Annotation {
  readonly level: AnnotationLevel;
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly col?: number;
  readonly endColumn?: number;
}

/** Annotations of one level that GitHub keeps per step (toolkit docs "problem-matchers", runner `ExecutionContext.cs`). */
export const annotationsPerLevel = 10;
const messageLimit = 4096;

const commandNames = [
  "error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "stop-commands", "add-matcher", "remove-matcher",
  "echo", "set-env", "add-path", "set-output", "save-state",
] as const;

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : undefined;
}

/** The runner's `ValidateLinesAndColumns`: positions that make no sense are dropped. */
function readPosition(properties: Readonly<Record<string, string>>): Pick<Annotation, "line" | "endLine" | "col" | "endColumn"> {
  let line = wholeNumber(properties["line"]);
  let endLine = wholeNumber(properties["endline"]);
  let col = wholeNumber(properties["col"]);
  let endColumn = wholeNumber(properties["endcolumn"]);
  line ??= endLine;
  col ??= endColumn;
  const severalLines = endLine !== undefined && endLine !== line;
  if (line === undefined || severalLines || (col !== undefined && endColumn !== undefined && endColumn < col)) col = endColumn = undefined;
  if (line !== undefined && endLine !== undefined && endLine < line) line = endLine = undefined;
  return {
    ...(line !== undefined && { line }),
    ...(endLine !== undefined && { endLine }),
    ...(col !== undefined && { col }),
    ...(endColumn !== undefined && { endColumn }),
  };
}

/** Log of one step. */
export class StepLog {
  readonly annotations: Annotation[] = [];
  /** Titles of the groups that were opened, masked. */
  readonly groups: string[] = [];
  /** Annotations beyond GitHub's limit: in the log, but shown nowhere. */
  annotationsDropped = 0;
  /** True once a command could not be processed: the step fails whatever its exit code. */
  commandFailed = false;
  /** Values of the deprecated `set-output` and `save-state` commands. */
  readonly outputs: Record<string, string> = {};
  readonly state: Record<string, string> = {};
  readonly #lines: string[] = [];
  readonly #known = new Set<string>(commandNames);
  readonly #masks: MaskSet;
  readonly #workspace: string;
  readonly #debug: boolean;
  #stopToken: string | undefined;
  #echo = false;

  constructor(options: { readonly masks: MaskSet; readonly workspace: string; readonly debug?: boolean }) {
    this.#masks = options.masks;
    this.#workspace = options.workspace;
    this.#debug = options.debug ?? false;
  }

  /** The masked log, one line break after each line. */
  get text(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  /** Logs a text of the runner itself: masked, never read as a command. */
  write(text: string): void {
    this.#lines.push(this.#masks.mask(text));
  }

  /** Adds an annotation of the runner itself or of a command. */
  issue(level: AnnotationLevel, message: string, properties: Readonly<Record<string, string>> = {}): void {
    this.write(`##[${level}]${message}`);
    const file = properties["file"];
    const inside = file === undefined || !isAbsolute(file) ? undefined : relative(this.#workspace, file);
    const shownFile = inside !== undefined && !inside.startsWith("..") && !isAbsolute(inside) ? inside : file;
    const annotation: Annotation = {
      level,
      message: this.#masks.mask(message).slice(0, messageLimit),
      ...(properties["title"] ? { title: this.#masks.mask(properties["title"]) } : {}),
      ...(shownFile ? { file: this.#masks.mask(shownFile) } : {}),
      ...readPosition(properties),
    };
    if (this.annotations.filter((item) => item.level === level).length < annotationsPerLevel) this.annotations.push(annotation);
    else this.annotationsDropped += 1;
  }

  /** Takes one printed line: obeys it if it is a command, else logs it. */
  line(text: string): void {
    const command = parseCommand(text, this.#known);
    if (command === undefined) this.write(text);
    else if (this.#stopToken !== undefined) {
      if (command.name === this.#stopToken) {
        this.#known.delete(this.#stopToken);
        this.#stopToken = undefined;
      }
      this.write(text);
    } else this.#obey(command, text);
  }

  #fail(text: string, reason: string): void {
    this.issue("error", `Unable to process command '${text}' successfully.`);
    this.issue("error", reason);
    this.commandFailed = true;
  }

  #obey(command: WorkflowCommand, text: string): void {
    const { name, data, properties } = command;
    switch (name) {
      case "error":
      case "warning":
      case "notice":
        this.issue(name, data, properties);
        return;
      case "debug":
        if (this.#debug) this.write(`##[debug]${data}`);
        return;
      case "add-mask":
        if (data.trim() === "") this.issue("warning", "Can't add secret mask for empty string in ##[add-mask] command.");
        this.#masks.add(data);
        if (this.#echo) this.write("::add-mask::***");
        return;
      default:
    }
    if (this.#echo && name !== "stop-commands") this.write(text);
    switch (name) {
      case "stop-commands":
        if (data.trim() === "" || this.#known.has(data.toLowerCase()) || data.toLowerCase() === "pause-logging") {
          this.#fail(text, `Invoked ::stop-commands:: with token: [${data}]. It must be unique: not empty and not the name of a command.`);
          return;
        }
        this.write(text);
        this.#stopToken = data.toLowerCase();
        this.#known.add(this.#stopToken);
        return;
      case "group":
        this.groups.push(this.#masks.mask(data));
        this.write(`##[group]${data}`);
        return;
      case "endgroup":
        this.write("##[endgroup]");
        return;
      case "echo": {
        const value = data.trim().toLowerCase();
        if (value === "on" || value === "off") this.#echo = value === "on";
        else this.#fail(text, `Invalid echo command value. Possible values can be: 'on', 'off'. Current value is: '${data}'.`);
        return;
      }
      case "set-env":
      case "add-path":
        this.#fail(text, `The \`${name}\` command is disabled. Use environment files (GITHUB_ENV, GITHUB_PATH).`);
        return;
      case "set-output":
      case "save-state": {
        const key = properties["name"];
        this.issue("warning", `The \`${name}\` command is deprecated. Use environment files (GITHUB_OUTPUT, GITHUB_STATE).`);
        if (!key) this.#fail(text, `Required field 'name' is missing in ##[${name}] command.`);
        else (name === "set-output" ? this.outputs : this.state)[key] = data;
        return;
      }
      default: // Problem matchers are accepted and do nothing in the lab.
    }
  }
}
