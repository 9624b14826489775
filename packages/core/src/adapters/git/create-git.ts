import { ActionError } from "../../errors.ts";
import type { GitReader } from "../../ports/git.ts";
import type { Log } from "../../ports/runner.ts";
import { sleep as realSleep, type Sleep } from "../sleep.ts";
import { basicCredential, gitEnvironment } from "./git-environment.ts";
import { readCommitFiles } from "./read-commit.ts";
import { remoteAddress } from "./remote.ts";
import { createGitRunner } from "./run-git.ts";

export interface GitOptions {
  /** The checkout, absolute. */
  readonly workspace: string;
  readonly serverUrl: string;
  /** The repository's own address, used where there is no usable `origin`. */
  readonly remoteUrl: string;
  readonly token: string;
  readonly log: Log;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly sleep?: Sleep;
}

/** Reading commits with the git program; needs git 2.31 (`GIT_CONFIG_COUNT`). */
export function createGit(options: GitOptions): GitReader {
  const { workspace, serverUrl, token, log } = options;
  const credential = basicCredential(token);
  if (token !== "") log.mask(credential);
  const git = createGitRunner({
    workspace,
    environment: gitEnvironment(options),
    secrets: [token, credential],
    sleep: options.sleep ?? realSleep,
  });
  let remote: Promise<string> | undefined;

  async function findRemote(): Promise<string> {
    const { exitCode, stdout } = await git.try(["config", "--get", "remote.origin.url"]);
    const origin = exitCode === 0 ? stdout.toString().trim() : undefined;
    return remoteAddress({ origin, serverUrl, fallback: options.remoteUrl });
  }

  async function missing(commits: readonly string[]): Promise<string[]> {
    const answers = await git.run(["cat-file", "--batch-check"], Buffer.from(commits.map((commit) => `${commit}^{commit}\n`).join("")));
    const lines = answers.toString().split("\n");
    return commits.filter((_commit, index) => !/^[0-9a-f]+ commit \d+$/.test(lines[index] ?? ""));
  }

  return {
    async head() {
      return commitId((await git.run(["rev-parse", "--verify", "HEAD^{commit}"])).toString().trim());
    },

    async uncommitted() {
      const status = await git.run(["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"]);
      return status.toString().split("\0").filter((entry) => entry !== "").map((entry) => entry.slice(3));
    },

    async parents(commit) {
      const object = (await git.run(["cat-file", "commit", commitId(commit)])).toString();
      const [header = ""] = object.split("\n\n", 1);
      return [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map((match) => match[1] ?? "");
    },

    async remoteTips(branches) {
      if (branches.length === 0) return new Map();
      const refs = new Set(branches.map((branch) => `refs/heads/${branch}`));
      remote ??= findRemote();
      const output = await git.runOverNetwork(["ls-remote", "--refs", "--", await remote, ...refs]);
      const tips = new Map<string, string>();
      for (const line of output.toString().split("\n")) {
        const [commit = "", ref = ""] = line.split("\t");
        // ls-remote matches the ends of names too: refs/heads/a/refs/heads/b for refs/heads/b.
        if (refs.has(ref)) tips.set(ref.slice("refs/heads/".length), commitId(commit));
      }
      return tips;
    },

    async tagCommit(tag) {
      const ref = `refs/tags/${tag}`;
      remote ??= findRemote();
      const output = await git.runOverNetwork(["ls-remote", "--", await remote, ref, `${ref}^{}`]);
      const found = new Map(output.toString().split("\n").map((line) => line.split("\t")).map(([commit = "", name = ""]) => [name, commit]));
      // An annotated tag is an object of its own; the server lists what it stands for beside it.
      const commit = found.get(`${ref}^{}`) ?? found.get(ref);
      return commit === undefined ? undefined : commitId(commit);
    },

    async commitTime(commit) {
      const object = (await git.run(["cat-file", "commit", commitId(commit)])).toString();
      const [header = ""] = object.split("\n\n", 1);
      const seconds = /^committer .*> (-?\d+) [+-]\d{4}$/m.exec(header)?.[1];
      if (seconds === undefined) throw new ActionError("git-failed", `Commit ${commit} has no readable date.`);
      return Number(seconds) * 1000;
    },

    async fetch(commits) {
      const wanted = await missing([...new Set(commits.map(commitId))]);
      if (wanted.length === 0) return;
      const shallow = (await git.run(["rev-parse", "--is-shallow-repository"])).toString().trim() === "true";
      remote ??= findRemote();
      log.debug(`fetching ${wanted.length} commit(s)`);
      await git.runOverNetwork([
        "fetch",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-recurse-submodules",
        "--no-auto-maintenance",
        "--quiet",
        // A complete clone would be cut off at these commits; there the missing history is small anyway.
        ...(shallow ? ["--depth=1"] : []),
        "--",
        await remote,
        ...wanted,
      ]);
      const still = await missing(wanted);
      if (still.length > 0) throw new ActionError("git-failed", `git fetched without error, yet ${still.join(", ")} is not there. Run again; if it stays, check out with fetch-depth: 0.`);
    },

    readCommit: async (commit, paths) => readCommitFiles({ git, commit: commitId(commit), paths }),
  };
}

/** Only whole object names reach a command line: no refs, no options, no revision syntax. */
function commitId(text: string): string {
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return text;
  throw new ActionError("git-failed", `${JSON.stringify(text)} is not a full commit id.`);
}
