import { getExecOutput } from "@actions/exec";
import { ActionError } from "../../errors.ts";
import type { Sleep } from "../sleep.ts";
import { runWithInput } from "./run-with-input.ts";

export interface GitOutput {
  readonly exitCode: number;
  readonly stdout: Buffer;
}

/** One git command; arguments never pass a shell. `try` leaves the exit code to the caller, `run` throws `git-failed`. */
export interface GitRunner {
  run(command: readonly string[], input?: Buffer): Promise<Buffer>;
  /** As `run`, for what is too large to be held at once: `onOutput` takes it as it comes, and must not throw. */
  stream(command: readonly string[], input: Buffer, onOutput: (chunk: Buffer) => void): Promise<void>;
  /** As `run`, but repeated a few times: for commands that talk to the server. */
  runOverNetwork(command: readonly string[]): Promise<Buffer>;
  try(command: readonly string[]): Promise<GitOutput>;
}

const NETWORK_TRIES = 4;
/** What git says of a redirect that it was told not to follow. */
const REDIRECTED = /returned error: 30[12378]\b/;

export function createGitRunner(options: {
  workspace: string;
  environment: Record<string, string>;
  /** Texts that may not appear in an error message. */
  secrets: readonly string[];
  sleep: Sleep;
}): GitRunner {
  const { workspace, environment, secrets, sleep } = options;

  async function execute(command: readonly string[], input?: Buffer, onOutput?: (chunk: Buffer) => void): Promise<GitOutput & { stderr: string }> {
    const chunks: Buffer[] = [];
    try {
      if (input !== undefined) return await runWithInput("git", { arguments: command, input, cwd: workspace, env: environment, onOutput });
      const { exitCode, stderr } = await getExecOutput("git", [...command], {
        cwd: workspace,
        env: environment,
        silent: true,
        ignoreReturnCode: true,
        // The collected text of getExecOutput is decoded; files need their bytes.
        listeners: { stdout: (data) => void chunks.push(data) },
      });
      return { exitCode, stderr, stdout: Buffer.concat(chunks) };
    } catch (error) {
      throw new ActionError("git-failed", `git could not be started. Check that git is installed and that actions/checkout ran before this step (${workspace}).`, { cause: error });
    }
  }

  function failed(command: readonly string[], result: { exitCode: number; stderr: string }, advice: string): ActionError {
    let text = result.stderr;
    for (const secret of secrets) if (secret !== "") text = text.replaceAll(secret, "***");
    // eslint-disable-next-line no-control-regex -- a server's text must not bring control characters into a log
    text = text.replace(/:\/\/[^/@\s]*@/g, "://***@").replace(/[\u0000-\u001f\u007f]+/g, " ").trim().slice(-400);
    return new ActionError("git-failed", `git ${command[0] ?? ""} failed (exit code ${result.exitCode}): ${text}. ${advice}`);
  }

  async function succeed(command: readonly string[], input?: Buffer, onOutput?: (chunk: Buffer) => void): Promise<Buffer> {
    const result = await execute(command, input, onOutput);
    if (result.exitCode !== 0) throw failed(command, result, "Check that actions/checkout ran before this step and that the checkout is complete.");
    return result.stdout;
  }

  return {
    try: (command) => execute(command),
    run: (command, input) => succeed(command, input),
    stream: async (command, input, onOutput) => void (await succeed(command, input, onOutput)),
    async runOverNetwork(command) {
      for (let tries = 1; ; tries += 1) {
        const result = await execute(command);
        if (result.exitCode === 0) return result.stdout;
        if (REDIRECTED.test(result.stderr)) throw failed(command, result, "The server sends git to another address, which is not followed, since the token would go along. If the repository was renamed or moved, start a new run; else set the address that actions/checkout uses right.");
        // A commit that the server does not have will not be there in a second either.
        if (tries === NETWORK_TRIES || /not our ref|unadvertised object/.test(result.stderr)) throw failed(command, result, "Check that the job has `permissions: contents: read`, that github-token is valid, and that the server can be reached.");
        await sleep(1000 * 2 ** (tries - 1));
      }
    },
  };
}
