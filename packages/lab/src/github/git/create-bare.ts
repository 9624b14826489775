import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BareGit } from "./bare-git.ts";

const settings: readonly (readonly [string, string])[] = [
  ["http.receivepack", "true"],
  // GitHub serves any object of the repository by SHA, and partial clones.
  ["uploadpack.allowReachableSHA1InWant", "true"],
  ["uploadpack.allowAnySHA1InWant", "true"],
  ["uploadpack.allowFilter", "true"],
  // Pull request refs are GitHub's own: "deny updating a hidden ref".
  ["receive.hideRefs", "refs/pull"],
  ["receive.advertisePushOptions", "true"],
  ["receive.denyDeleteCurrent", "ignore"],
  ["core.logAllRefUpdates", "false"],
  ["gc.auto", "0"],
  ["receive.autogc", "false"],
];

/** Makes an empty bare repository set up as a GitHub repository, with the lab's update hook. */
export async function createBare(path: string, defaultBranch: string): Promise<BareGit> {
  await mkdir(dirname(path), { recursive: true });
  await mkdir(path);
  const git = new BareGit(path);
  await git.run(["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`, path]);
  const lines = settings.map(([key, value]) => {
    const dot = key.indexOf(".");
    return `[${key.slice(0, dot)}]\n\t${key.slice(dot + 1)} = ${value}\n`;
  });
  await writeFile(join(path, "config"), lines.join(""), { flag: "a" });
  const hook = join(path, "hooks", "update");
  await mkdir(dirname(hook), { recursive: true });
  const program = fileURLToPath(new URL("./update-hook.ts", import.meta.url));
  await writeFile(hook, `#!/bin/sh\nexec "${process.execPath}" --disable-warning=ExperimentalWarning "${program}" "$@"\n`);
  await chmod(hook, 0o755);
  return git;
}
