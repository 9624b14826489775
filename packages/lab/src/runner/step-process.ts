/**
 * Runs one program of a step: lines of both streams as they arrive, and the runner's way to end it.
 * Source: actions/runner `ProcessInvoker.cs`: on cancel SIGINT, after 7.5 s SIGTERM, after 2.5 s more the tree is killed.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { StringDecoder } from "node:string_decoder";

/** How long a cancelled program may take, in milliseconds. */
export interface CancelTimings {
  /** From SIGINT to SIGTERM (7,500). */
  readonly interruptMs: number;
  /** From SIGTERM to the end of the whole process tree (2,500). */
  readonly terminateMs: number;
}

export const runnerTimings: CancelTimings = { interruptMs: 7_500, terminateMs: 2_500 };

export interface StepProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  readonly onSpawn?: ((child: ChildProcess) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timings?: Partial<CancelTimings> | undefined;
}

export interface StepProcessResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Both streams as received, unmasked. */
  readonly stdout: string;
  readonly stderr: string;
  readonly cancelled: boolean;
}

/** Calls back for each line; `\n`, `\r\n` and a lone `\r` end one, as for the runner's .NET reader. */
function splitLines(onLine: (line: string) => void): { push: (chunk: Buffer) => void; end: () => void; text: () => string } {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let all = "";
  return {
    push(chunk) {
      const text = decoder.write(chunk);
      all += text;
      const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      lines.forEach(onLine);
    },
    end() {
      const text = rest + decoder.end();
      rest = "";
      if (text !== "") text.replace(/\r$/, "").split("\r").forEach(onLine);
    },
    text: () => all,
  };
}

function killTree(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // Already gone.
  }
}

/** Runs the program to its end. Rejects only if it cannot be started. */
export function runProcess(options: StepProcessOptions): Promise<StepProcessResult> {
  const timings = { ...runnerTimings, ...options.timings };
  return new Promise((resolve, reject) => {
    // A process group of its own, so that the last step of a cancel reaches everything that the program started.
    const child = spawn(options.command, options.args, { cwd: options.cwd, env: { ...options.env }, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const out = splitLines(options.onLine);
    const err = splitLines(options.onLine);
    const timers: NodeJS.Timeout[] = [];
    let cancelled = false;
    const cancel = (): void => {
      cancelled = true;
      child.kill("SIGINT");
      timers.push(
        setTimeout(() => child.kill("SIGTERM"), timings.interruptMs),
        setTimeout(() => killTree(child), timings.interruptMs + timings.terminateMs),
      );
    };
    child.stdout.on("data", out.push);
    child.stderr.on("data", err.push);
    child.once("error", reject);
    child.once("spawn", () => {
      options.onSpawn?.(child);
      if (options.signal?.aborted) cancel();
      else options.signal?.addEventListener("abort", cancel, { once: true });
    });
    child.once("exit", () => {
      // An orphan that keeps the streams open must not hang the step.
      timers.push(setTimeout(() => killTree(child), 5_000));
    });
    child.once("close", (exitCode, signal) => {
      timers.forEach((timer) => clearTimeout(timer));
      options.signal?.removeEventListener("abort", cancel);
      out.end();
      err.end();
      resolve({ exitCode, signal, stdout: out.text(), stderr: err.text(), cancelled });
    });
  });
}
