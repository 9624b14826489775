import { spawn } from "node:child_process";

/**
 * A program that reads its standard input. Not by `@actions/exec`, which leaves the pipe's errors unhandled: a git that
 * ends before it has read everything (not a repository, say) would end this process with EPIPE.
 */
export function runWithInput(
  program: string,
  options: {
    arguments: readonly string[];
    input: Buffer;
    cwd: string;
    env: Record<string, string>;
    /** Takes what the program prints as it comes; then none of it is kept. */
    onOutput?: ((chunk: Buffer) => void) | undefined;
  },
): Promise<{ exitCode: number; stdout: Buffer; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, options.arguments, { cwd: options.cwd, env: options.env, stdio: ["pipe", "pipe", "pipe"] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", options.onOutput ?? ((chunk: Buffer) => stdout.push(chunk)));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    // The exit code says what went wrong.
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? 1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }));
    child.stdin.end(options.input);
  });
}
