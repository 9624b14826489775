import { spawn } from "node:child_process";

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

  constructor(path: string, env: Record<string, string> = {}) {
    this.path = path;
    this.env = env;
  }

  /** The same repository with more environment, e.g. the quarantine of a push under way. */
  with(env: Record<string, string>): BareGit {
    return new BareGit(this.path, { ...this.env, ...env });
  }

  /** Runs `git <args>`; throws `GitError` for an exit code that is not allowed. */
  run(args: readonly string[], options: GitRunOptions = {}): Promise<GitResult> {
    return new Promise((resolve, reject) => {
      const child = spawn("git", ["--git-dir", this.path, ...args], {
        cwd: this.path,
        env: cleanGitEnvironment({ ...this.env, ...options.env }),
      });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
      child.stdin.on("error", () => undefined); // git may end without reading all of its input
      child.on("error", reject);
      child.on("close", (code) => {
        const result = { code: code ?? 128, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString("utf8") };
        if ((options.allowed ?? [0]).includes(result.code)) resolve(result);
        else reject(new GitError(args, result));
      });
      child.stdin.end(options.input ?? "");
    });
  }

  /** Standard output as text without the final line break. */
  async text(args: readonly string[], options: GitRunOptions = {}): Promise<string> {
    return (await this.run(args, options)).stdout.toString("utf8").replace(/\n$/, "");
  }
}
