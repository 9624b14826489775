import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createPorts } from "@retell-actions/core/adapters/runner/action-ports";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { GitHubLabOptions } from "@retell-actions/lab/github/model/world";
import type { Repository } from "@retell-actions/lab/github/model/repository";
import type { Permissions } from "@retell-actions/lab/github/model/tokens";
import { startGitHubLab, type GitHubLab } from "@retell-actions/lab/github/server";
import { createMemoryLog, memoryJob, type MemoryLog } from "@retell-actions/lab/memory/memory-runner";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import type { SyncInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";
import { INPUTS } from "./memory-scene.ts";

const execute = promisify(execFile);

/** Permissions of the workflow in the README. */
export const PERMISSIONS: Permissions = { contents: "write", "pull-requests": "write", actions: "write", statuses: "write" };

export const DEPLOY_WORKFLOW = "name: Deploy\non:\n  workflow_dispatch:\njobs: {}\n";

/** What a run may be told. */
export interface LabRun extends Partial<SyncInputs> {
  readonly permissions?: Permissions;
  readonly attempt?: number;
  /** Changes the ports, such as by something that happens just before a write. */
  readonly wrap?: (ports: ActionPorts) => ActionPorts;
}

/** A repository on the GitHub lab, and the action's `run` on the real adapters in a shallow checkout of production. */
export interface LabScene {
  readonly lab: GitHubLab;
  readonly repository: Repository;
  readonly log: MemoryLog;
  sync(options?: LabRun): Promise<ActionReport>;
  /** True if a branch or commit has a commit. */
  has(branch: string, commit: string): Promise<boolean>;
  branches(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts a lab whose `develop` (the default branch), `staging` and `production` are at one commit. */
export async function startLabScene(options: GitHubLabOptions = {}): Promise<LabScene> {
  const lab = await startGitHubLab(options);
  const repository = await lab.createRepository({ owner: "octo", name: "agents", defaultBranch: "develop", files: { ".github/workflows/retell-deploy-staging.yml": DEPLOY_WORKFLOW, ...smallProject() } });
  for (const branch of ["staging", "production"]) await repository.git.run(["branch", branch, "develop"]);
  repository.settings.allowActionsToCreatePullRequests = true;
  const log = createMemoryLog();
  return {
    lab,
    repository,
    log,
    async sync({ permissions = PERMISSIONS, attempt = 1, wrap = (ports: ActionPorts) => ports, ...inputs }: LabRun = {}) {
      const workspace = await checkOut({ lab, repository });
      try {
        const environment = { PATH: process.env["PATH"], HOME: workspace, GITHUB_WORKSPACE: workspace, GITHUB_API_URL: lab.apiUrl, GITHUB_GRAPHQL_URL: lab.graphqlUrl };
        const job = memoryJob({ serverUrl: lab.url, repositoryId: repository.id, ref: "refs/heads/production", runAttempt: attempt });
        const token = repository.issueToken({ kind: "actions", permissions });
        const ports = createPorts(
          { inputs: undefined, job, log, clock: { now: () => Date.now() }, cancellation: { signal: new AbortController().signal }, environment, checkpoint: () => undefined },
          { token, concurrency: 1 },
        );
        return await run({ ...INPUTS, ...inputs, token }, wrap(ports));
      } finally {
        await rm(workspace, { recursive: true, force: true });
      }
    },
    has: async (branch, commit) => (await repository.git.text(["merge-base", commit, branch])) === commit,
    branches: async () => (await repository.git.text(["for-each-ref", "--format=%(refname:short)", "refs/heads/"])).split("\n"),
    stop: () => lab.stop(),
  };
}

/** What actions/checkout leaves behind: one commit, detached, with the repository as origin. */
async function checkOut({ lab, repository }: Pick<LabScene, "lab" | "repository">): Promise<string> {
  const workspace = await mkdtemp(join(tmpdir(), "branch-sync-"));
  const git = (...args: string[]): Promise<unknown> => execute("git", ["-C", workspace, ...args]);
  await git("init", "--quiet");
  await git("remote", "add", "origin", `${lab.url}/${repository.fullName}`);
  await git("fetch", "--quiet", "--no-tags", "--depth=1", repository.path, "refs/heads/production");
  await git("checkout", "--quiet", "--detach", "FETCH_HEAD");
  return workspace;
}
