import { cleanGitEnvironment } from "@retell-actions/lab/github/git/bare-git";
import type { WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs git commands, each as a list of words, in a fresh clone on Dana's machine, which pushes with her token. */
export async function inClone({ github, repository }: WorkflowScene, commands: readonly (readonly string[])[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "demo-clone-"));
  const token = repository.issueToken({ kind: "user", login: "dana", permissions: { contents: "write" } });
  const name = { name: "dana", email: "dana@users.noreply.github.com" };
  const env = cleanGitEnvironment({ GIT_AUTHOR_NAME: name.name, GIT_AUTHOR_EMAIL: name.email, GIT_COMMITTER_NAME: name.name, GIT_COMMITTER_EMAIL: name.email, GIT_EDITOR: "true" });
  const url = new URL(repository.fullName, `${github.url}/`);
  Object.assign(url, { username: "dana", password: token });
  try {
    await run("git", ["clone", "--quiet", url.href, folder], { env });
    for (const words of commands) await run("git", ["-C", folder, ...words], { env });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
