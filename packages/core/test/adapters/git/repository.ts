import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createGit, type GitOptions } from "../../../src/adapters/git/create-git.ts";
import type { GitReader } from "../../../src/ports/git.ts";
import { recordingLog } from "../recording-log.ts";

const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "retell-git-"));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

const identity = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
const environmentIn = (folder: string): Record<string, string | undefined> => ({ PATH: process.env["PATH"], HOME: folder, GIT_TERMINAL_PROMPT: "0" });

/** git without the machine's own settings. */
export function git(cwd: string, ...args: string[]): string {
  return execFileSync("git", [...identity, ...args], { cwd, encoding: "utf8", env: environmentIn(cwd), stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** As {@link git}, for a server in this very process, which a waiting call would keep from answering. */
export async function gitWithServer(cwd: string, ...args: string[]): Promise<void> {
  await promisify(execFile)("git", [...identity, ...args], { cwd, env: environmentIn(cwd) });
}

/** A repository that serves as the server, with one commit. */
export function originRepository(): string {
  const origin = temporaryFolder();
  git(origin, "init", "-q");
  git(origin, "commit", "-q", "--allow-empty", "-m", "first");
  return origin;
}

export function readerFor(workspace: string, options: Partial<GitOptions> = {}): GitReader & { log: ReturnType<typeof recordingLog> } {
  const log = recordingLog();
  const reader = createGit({
    workspace,
    serverUrl: "https://github.example",
    remoteUrl: "https://github.example/o/r",
    token: "token-1234567890",
    log,
    environment: { PATH: process.env["PATH"], HOME: workspace },
    sleep: async () => {},
    ...options,
  });
  return { ...reader, log };
}
