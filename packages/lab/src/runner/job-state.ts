/** State of one job while its steps run: contexts, environment, status. Source: docs "Contexts"; actions/runner `StepsRunner.cs`. */
import { evaluate, evaluateTree, interpolate, isTruthy, toText, type ExpressionFunction, type ExpressionScope } from "./expressions.ts";
import { githubEnvironment, runnerEnvironment } from "./github-context.ts";
import type { MaskSet } from "./masks.ts";
import type { RawMapping } from "./parse-workflow.ts";

/** A step's place in the `steps` context. */
export interface StepOutcome {
  readonly outputs: Readonly<Record<string, string>>;
  /** Before `continue-on-error`. */
  readonly outcome: string;
  /** After `continue-on-error`. */
  readonly conclusion: string;
}

export interface JobStateOptions {
  readonly github: Readonly<Record<string, unknown>>;
  readonly runner: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** `inputs`, `vars`, `needs`, `strategy`, `matrix`. */
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly home: string;
  /** Variables of the runner's machine: not in the `env` context, and below everything that the workflow sets. */
  readonly machine: Readonly<Record<string, string>>;
  readonly masks: MaskSet;
}

export class JobState {
  readonly masks: MaskSet;
  readonly home: string;
  /** Workflow and job `env:`, then what steps wrote to GITHUB_ENV. */
  env: Record<string, string> = {};
  status: "success" | "failure" | "cancelled" = "success";
  readonly path: string[] = [];
  readonly steps: Record<string, StepOutcome> = {};
  readonly #options: JobStateOptions;

  constructor(options: JobStateOptions) {
    this.#options = options;
    this.masks = options.masks;
    this.home = options.home;
  }

  get github(): Readonly<Record<string, unknown>> {
    return this.#options.github;
  }

  get runner(): Readonly<Record<string, string>> {
    return this.#options.runner;
  }

  #functions(): Record<string, ExpressionFunction> {
    return {
      success: () => this.status === "success",
      failure: () => this.status === "failure",
      cancelled: () => this.status === "cancelled",
      always: () => true,
      hashFiles: () => {
        throw new Error("the lab's runner does not support hashFiles()");
      },
    };
  }

  /** What expressions of a step see. */
  scope(env: Readonly<Record<string, string>> = this.env): ExpressionScope {
    const { github, runner, secrets, contexts } = this.#options;
    return {
      contexts: { ...contexts, github, runner, secrets, env, steps: this.steps, job: { status: this.status } },
      functions: this.#functions(),
    };
  }

  /** Evaluates an `env:` or `with:` mapping in order; later values do not see earlier ones of the same mapping. */
  texts(mapping: unknown, scope = this.scope()): Record<string, string> {
    const entries = Object.entries((mapping ?? {}) as RawMapping);
    return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === "string" ? interpolate(value, scope) : toText(value)]));
  }

  condition(expression: string, env?: Readonly<Record<string, string>>): boolean {
    return isTruthy(evaluate(expression, this.scope(env)));
  }

  value(raw: unknown, env?: Readonly<Record<string, string>>): unknown {
    return evaluateTree(raw, this.scope(env));
  }

  /** Environment of a step's program: nothing of this process but PATH and TMPDIR, then the machine's. GITHUB_* and RUNNER_* win over all else. */
  programEnvironment(env: Readonly<Record<string, string>>, stepId: string): Record<string, string> {
    const { machine } = this.#options;
    const own = env["PATH"] ?? machine["PATH"] ?? process.env["PATH"] ?? "";
    return {
      HOME: this.home,
      ...(process.env["TMPDIR"] === undefined ? {} : { TMPDIR: process.env["TMPDIR"] }),
      ...machine,
      ...env,
      PATH: [...this.path, own].join(":"),
      CI: "true",
      GITHUB_ACTIONS: "true",
      ...githubEnvironment({ ...this.github, action: stepId.replaceAll("/", "_") }),
      ...runnerEnvironment(this.runner),
    };
  }
}
