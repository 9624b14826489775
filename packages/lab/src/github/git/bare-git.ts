import { runByBroker } from "../../process/run-by-broker.ts";
import { isUnchanging } from "./unchanging.ts";

/** What one run of git left behind. */
export interface GitResult {
  code: number;
  stdout: Buffer;
  stderr: string;
}

/** Optional parts of a git call; `env` is added to the clean environment, `input` goes to standard input. */
export interface GitRunOptions {
  input?: string | Buffer;
  env?: Record<string, string>;
  /** Exit codes that are answers, not errors. Default: only 0. */
  allowed?: readonly number[];
}

/** Environment without the machine's or the caller's git configuration: tests may themselves run inside a git hook. */
export function cleanGitEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [key, value] of Object.entries(process.env)) {
    if (value !== undefined && !key.startsWith("GIT_")) env[key] = value;
  }
  return { ...env, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C", ...extra };
}

/** A git command that failed; `stderr` is git's own text. */
export class GitError extends Error {
  readonly stderr: string;
  constructor(args: readonly string[], result: GitResult) {
    super(`git ${args.join(" ")} ended with ${result.code}: ${result.stderr.trim()}`);
    this.stderr = result.stderr;
  }
}

/** Runs git in one bare repository. Every process is awaited; none outlives its call. */
export class BareGit {
  readonly path: string;
  readonly env: Record<string, string>;
  /** Answers that never change, by question: starting a process is the dearest thing that the lab does. */
  readonly #known = new Map<string, GitResult>();

  constructor(path: string, env: Record<string, string> = {}) {
    this.path = path;
    this.env = env;
  }

  /** The same repository with more environment, e.g. the quarantine of a push under way. */
  with(env: Record<string, string>): BareGit {
    return new BareGit(this.path, { ...this.env, ...env });
  }

  /** Runs `git <args>`; throws `GitError` for an exit code that is not allowed. */
  async run(args: readonly string[], options: GitRunOptions = {}): Promise<GitResult> {
    // What a push under way has brought may be gone again once it is refused.
    const isPlain = Object.keys(this.env).length === 0 && options.env === undefined && options.input === undefined;
    if (!isPlain || !isUnchanging(args)) return this.#start(args, options);
    const question = args.join("\0");
    const known = this.#known.get(question) ?? (await this.#start(args, options));
    if (known.code === 0 || (known.code === 1 && (await this.#isAnswer(args)))) this.#known.set(question, known);
    return known;
  }

  /** True where the exit code 1 says something about objects that are there: no ancestor, a conflict, no such path. */
  async #isAnswer(args: readonly string[]): Promise<boolean> {
    if (args[0] === "merge-base" || args[0] === "merge-tree") return true;
    const holder = args[0] === "rev-parse" ? /^([0-9a-f]{40}):/.exec(args.at(-1) ?? "")?.[1] : undefined;
    return holder !== undefined && (await this.run(["cat-file", "-t", holder], { allowed: [0, 1, 128] })).code === 0;
  }

  async #start(args: readonly string[], options: GitRunOptions): Promise<GitResult> {
    const { code, stdout, stderr } = await runByBroker({
      command: "git",
      args: ["--git-dir", this.path, ...args],
      cwd: this.path,
      env: cleanGitEnvironment({ ...this.env, ...options.env }),
      ...(options.input === undefined ? {} : { input: options.input }),
    });
    const result = { code, stdout, stderr: stderr.toString("utf8") };
    if ((options.allowed ?? [0]).includes(code)) return result;
    throw new GitError(args, result);
  }

  /** Standard output as text without the final line break. */
  async text(args: readonly string[], options: GitRunOptions = {}): Promise<string> {
    return (await this.run(args, options)).stdout.toString("utf8").replace(/\n$/, "");
  }
}
