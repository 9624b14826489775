/**
 * Runs one JavaScript action the way GitHub's runner does, without any workflow around it.
 * Sources: docs "Metadata syntax", "Workflow commands"; actions/runner `ActionRunner.cs` (inputs), `NodeScriptActionHandler.cs`.
 */
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ChildProcess } from "node:child_process";
import { readActionMetadata, type ActionMetadata } from "./action-metadata.ts";
import { interpolate } from "./expressions.ts";
import { runnerContext, runnerEnvironment } from "./github-context.ts";
import { MaskSet } from "./masks.ts";
import { runProgram, type ProgramResult } from "./run-program.ts";
import type { StepLog } from "./step-log.ts";
import type { CancelTimings } from "./step-process.ts";

export interface RunActionOptions {
  /** Folder with `action.yml` and the bundle, e.g. `dist/deploy`. */
  readonly directory: string;
  /** `with:` values. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Variables beside what the runner sets; `actionEnvironment(…)` makes the `GITHUB_*` ones. */
  readonly env?: Readonly<Record<string, string>>;
  /** Event payload, written to `GITHUB_EVENT_PATH`. */
  readonly event?: unknown;
  /** The checkout: working directory of the action. */
  readonly workspace: string;
  /** The job's token: `${{ github.token }}` in defaults; masked. */
  readonly token?: string;
  /** Values masked from the start, as the job's secrets are. */
  readonly secrets?: readonly string[];
  /** Contexts for expressions in defaults; made of `env` and `token` when absent. */
  readonly contexts?: Readonly<Record<string, unknown>>;
  /** Shared by the steps of a job; overrides `secrets`. */
  readonly masks?: MaskSet;
  readonly nodePath?: string;
  /** Which script runs; `main` when absent. */
  readonly phase?: "pre" | "main" | "post";
  /** `STATE_*` from earlier phases. */
  readonly state?: Readonly<Record<string, string>>;
  readonly runnerTemp?: string;
  readonly debug?: boolean;
  readonly onSpawn?: (child: ChildProcess) => void;
  /** Aborting it cancels the step: SIGINT, SIGTERM after 7.5 s, the end 2.5 s later. */
  readonly signal?: AbortSignal;
  readonly timings?: Partial<CancelTimings>;
}

/** Result of an action. `stdout`/`stderr` are raw; `log`, `summary` and `annotations` are masked. */
export type ActionResult = ProgramResult;

/** `INPUT_<NAME>`: upper case, blanks become `_`, hyphens stay (runner `ActionRunner.cs`). */
export function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;
}

/** The `INPUT_*` variables: given values, else defaults with their expressions evaluated. Undeclared inputs are passed on too. */
export function inputEnvironment(options: {
  readonly metadata: ActionMetadata;
  readonly inputs: Readonly<Record<string, string>>;
  readonly contexts: Readonly<Record<string, unknown>>;
}): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, input] of Object.entries(options.metadata.inputs)) {
    environment[inputVariable(name)] = interpolate(input.default ?? "", { contexts: options.contexts });
  }
  for (const [name, value] of Object.entries(options.inputs)) environment[inputVariable(name)] = value;
  return environment;
}

function announceInputs(metadata: ActionMetadata, inputs: Readonly<Record<string, string>>): (log: StepLog) => void {
  return (log) => {
    const declared = new Map(Object.entries(metadata.inputs).map(([name, input]) => [name.toLowerCase(), input]));
    const unexpected = Object.keys(inputs).filter((name) => !declared.has(name.toLowerCase()));
    if (unexpected.length > 0) {
      const quote = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(", ");
      log.issue("warning", `Unexpected input(s) ${quote(unexpected)}, valid inputs are [${quote(Object.keys(metadata.inputs))}]`);
    }
    for (const name of Object.keys(inputs)) {
      const message = declared.get(name.toLowerCase())?.deprecationMessage;
      if (message) log.issue("warning", `Input '${name}' has been deprecated with message: ${message}`);
    }
  };
}

function contextsOf(environment: Readonly<Record<string, string>>, token: string | undefined, runner: Record<string, string>): Record<string, unknown> {
  const github = Object.entries(environment).filter(([name]) => name.startsWith("GITHUB_")).map(([name, value]) => [name.slice("GITHUB_".length).toLowerCase(), value]);
  return { github: { ...Object.fromEntries(github), token: token ?? "" }, runner, job: { status: "success" }, matrix: {}, strategy: {} };
}

/**
 * Runs the action in a clean environment: of this process only PATH, HOME and TMPDIR are passed on.
 * @throws {Error} if `action.yml` is missing or invalid, is not a JavaScript action, or its script does not exist.
 */
export async function runActionBundle(options: RunActionOptions): Promise<ActionResult> {
  const directory = resolve(options.directory);
  const metadata = await readActionMetadata(directory);
  const { runs } = metadata;
  const script = runs[options.phase ?? "main"];
  if (!/^node\d+$/.test(runs.using)) throw new Error(`${directory}: 'using: ${runs.using}' is not supported by the lab; only JavaScript actions (node24) are.`);
  if (script === undefined) throw new Error(`${directory}/action.yml names no '${options.phase ?? "main"}' script.`);
  const scriptPath = resolve(directory, script);
  if (!(await stat(scriptPath).catch(() => undefined))?.isFile()) throw new Error(`File not found: '${scriptPath}'. Build the action first (npm run build).`);

  const ownTemp = options.runnerTemp === undefined;
  const runnerTemp = options.runnerTemp ?? (await mkdtemp(join(tmpdir(), "lab-runner-")));
  try {
    const eventPath = options.env?.["GITHUB_EVENT_PATH"] ?? join(runnerTemp, "_github_workflow", "event.json");
    await mkdir(join(runnerTemp, "_github_workflow"), { recursive: true });
    if (options.env?.["GITHUB_EVENT_PATH"] === undefined) await writeFile(eventPath, JSON.stringify(options.event ?? {}, undefined, 2));
    const masks = options.masks ?? new MaskSet({ values: options.secrets ?? [] });
    if (options.token !== undefined) masks.add(options.token);
    const runner = runnerContext({ temp: runnerTemp, toolCache: join(runnerTemp, "_tool"), debug: options.debug ?? false });
    const facts = { GITHUB_ACTIONS: "true", GITHUB_EVENT_PATH: eventPath, GITHUB_WORKSPACE: resolve(options.workspace), GITHUB_ACTION: "__run", ...options.env };
    const inherited = Object.fromEntries(["PATH", "HOME", "TMPDIR"].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))) as Record<string, string>;
    const inputs = options.inputs ?? {};
    return await runProgram({
      command: options.nodePath ?? process.execPath,
      args: [scriptPath],
      cwd: resolve(options.workspace),
      environment: {
        ...inherited,
        CI: "true",
        ...facts,
        ...runnerEnvironment(runner),
        ...inputEnvironment({ metadata, inputs, contexts: options.contexts ?? contextsOf(facts, options.token, runner) }),
        ...Object.fromEntries(Object.entries(options.state ?? {}).map(([name, value]) => [`STATE_${name}`, value])),
      },
      runnerTemp,
      workspace: resolve(options.workspace),
      masks,
      debug: options.debug,
      announce: announceInputs(metadata, inputs),
      onSpawn: options.onSpawn,
      signal: options.signal,
      timings: options.timings,
    });
  } finally {
    if (ownTemp) await rm(runnerTemp, { recursive: true, force: true });
  }
}
