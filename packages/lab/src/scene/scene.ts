import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FaultPlan } from "../faults/faults.ts";
import type { Repository } from "../github/model/repository.ts";
import type { RepositoryEvent } from "../github/model/events.ts";
import type { Permissions } from "../github/model/tokens.ts";
import { startGitHubLab, type GitHubLab } from "../github/server.ts";
import { startRetellLab, type OrganizationHandle, type RetellLab, type RetellLabOptions } from "../retell/server.ts";
import { runByBroker } from "../process/run-by-broker.ts";
import { actionEnvironment } from "../runner/github-context.ts";
import { runActionBundle, type ActionResult } from "../runner/run-action.ts";

const DIST = fileURLToPath(new URL("../../../../dist/", import.meta.url));

/** Permissions of the jobs in `workflows-templates/`. */
export const VALIDATE_PERMISSIONS: Permissions = { contents: "read", "pull-requests": "write", actions: "read" };
export const DEPLOY_PERMISSIONS: Permissions = { contents: "write", "pull-requests": "write", actions: "read" };

/** Keys of the organisations that a scene starts with. */
export const KEYS = { staging: "key_staging_full_4f1c9a", stagingRead: "key_staging_read_77b2d0", production: "key_production_full_c03e5b" } as const;

/** A repository on the GitHub lab beside organisations on the Retell lab, and a runner for committed bundles. */
export interface Scene {
  readonly github: GitHubLab;
  readonly retell: RetellLab;
  readonly repository: Repository;
  readonly staging: OrganizationHandle;
  readonly production: OrganizationHandle;
  /** Shared by both services: `writeIndex` counts all outgoing writes of a run. */
  readonly faults: FaultPlan;
  /** Runs `dist/deploy` on a branch's tip, or on another commit. */
  deploy(options?: RunOptions): Promise<RunResult>;
  /** Runs `dist/validate-and-conflict-check` for a pull request, or for another event. */
  validate(options: RunOptions & { readonly pullRequest?: number }): Promise<RunResult>;
  /**
   * Runs `dist/<name>` for a push to a branch, or for another event; inputs and permissions are the caller's, the latter by
   * default those of a deploy.
   */
  action(name: string, options?: RunOptions): Promise<RunResult>;
  stop(): Promise<void>;
}

export interface RunOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the branch `staging`. */
  readonly branch?: string;
  /** Default: the branch's tip. */
  readonly sha?: string;
  readonly eventName?: string;
  readonly event?: unknown;
  /**
   * Runs as the workflow would that this comment's event starts, on the default branch; also for a bot's comment, which on
   * GitHub may start none. The event is that of the moment: `created` still has the text from before an edit.
   */
  readonly comment?: { readonly id: number; readonly action?: "created" | "edited" | "deleted" };
  /** A re-run of that run: a new attempt of it. */
  readonly rerunOf?: number;
  readonly permissions?: Permissions;
  /** True for a job of a fork's pull request: read-only token, no keys. */
  readonly fork?: boolean;
  readonly fetchDepth?: number;
  readonly onSpawn?: (child: ChildProcess) => void;
  readonly signal?: AbortSignal;
  /** As with "Enable debug logging". */
  readonly debug?: boolean;
  /** `RUNNER_TEMP`, kept after the run; by default a folder that is removed. */
  readonly runnerTemp?: string;
  /** Called in the checkout before the action starts. */
  readonly prepare?: (workspace: string) => Promise<void>;
}

export interface RunResult extends ActionResult {
  readonly runId: number;
  readonly attempt: number;
}

export interface SceneOptions {
  readonly files: Readonly<Record<string, string>>;
  readonly retell?: Partial<RetellLabOptions>;
  readonly defaultBranch?: string;
}

/** Starts both labs and makes the repository; the branches `develop`, `staging` and `production` hold the same commit. */
export async function startScene(options: SceneOptions): Promise<Scene> {
  const faults = new FaultPlan();
  const key = (value: string, name: string, agent: "read" | "edit") => ({ key: value, name, permissions: { agent } });
  const [github, retell] = await Promise.all([
    startGitHubLab({ faults }),
    startRetellLab({
      rateLimits: false,
      faults,
      organizations: [
        { id: "org_staging", name: "Acme Staging", keys: [key(KEYS.staging, "deploy", "edit"), key(KEYS.stagingRead, "read", "read")] },
        { id: "org_production", name: "Acme Production", keys: [key(KEYS.production, "deploy", "edit")] },
      ],
      ...options.retell,
    }),
  ]);
  const repository = await github.createRepository({ owner: "acme", name: "voices", defaultBranch: options.defaultBranch ?? "develop", files: { ...options.files } });
  for (const branch of ["staging", "production"]) await repository.git.run(["branch", branch, repository.defaultBranch]);
  const runner = new Runner({ github, retell, repository });
  return {
    github,
    retell,
    repository,
    faults,
    staging: retell.organization("org_staging"),
    production: retell.organization("org_production"),
    deploy: (request = {}) => runner.deploy(request),
    validate: (request) => runner.validate(request),
    action: (name, request = {}) => runner.action(name, request),
    stop: async () => {
      await Promise.all([github.stop(), retell.stop()]);
    },
  };
}

class Runner {
  readonly #labs: { readonly github: GitHubLab; readonly retell: RetellLab; readonly repository: Repository };

  constructor(labs: { github: GitHubLab; retell: RetellLab; repository: Repository }) {
    this.#labs = labs;
  }

  async deploy(options: RunOptions): Promise<RunResult> {
    return this.action("deploy", { ...options, inputs: { workspace: "staging", ...options.inputs } });
  }

  async action(name: string, options: RunOptions): Promise<RunResult> {
    if (options.comment !== undefined) {
      const { name: eventName, payload, ref, sha, actor } = commentEvent(this.#labs.repository, options.comment);
      return this.#run(name, { ...options, branch: this.#labs.repository.defaultBranch, sha: options.sha ?? sha, eventName, event: payload, ref, actor }, DEPLOY_PERMISSIONS);
    }
    const branch = options.branch ?? "staging";
    const sha = options.sha ?? (await this.#labs.repository.tip(branch));
    const eventName = options.eventName ?? "push";
    const event = options.event ?? { ref: `refs/heads/${branch}`, before: "0".repeat(40), after: sha };
    return this.#run(name, { ...options, branch, sha, eventName, event, ref: `refs/heads/${branch}` }, DEPLOY_PERMISSIONS);
  }

  async validate(options: RunOptions & { readonly pullRequest?: number }): Promise<RunResult> {
    const { repository } = this.#labs;
    if (options.pullRequest === undefined) {
      const branch = options.branch ?? "staging";
      const sha = options.sha ?? (await repository.tip(branch));
      const eventName = options.eventName ?? "workflow_dispatch";
      return this.#run("validate-and-conflict-check", { ...options, branch, sha, eventName, event: options.event ?? {}, ref: `refs/heads/${branch}` }, VALIDATE_PERMISSIONS);
    }
    const number = options.pullRequest;
    const found = repository.events.findLast((candidate: RepositoryEvent) => candidate.name === "pull_request" && (candidate.payload as { number?: number }).number === number);
    if (found === undefined) throw new Error(`There was no event of pull request ${number}.`);
    const merge = (await repository.git.run(["rev-parse", `refs/pull/${number}/merge`])).stdout.toString("utf8").trim();
    return this.#run(
      "validate-and-conflict-check",
      { ...options, branch: repository.pull(number).head.ref, sha: options.sha ?? merge, eventName: "pull_request", event: found.payload, ref: `refs/pull/${number}/merge` },
      VALIDATE_PERMISSIONS,
    );
  }

  async #run(action: string, options: RunOptions & { branch: string; sha: string; eventName: string; event: unknown; ref: string; actor?: string }, permissions: Permissions): Promise<RunResult> {
    const { github, retell, repository } = this.#labs;
    const workspace = await mkdtemp(join(tmpdir(), "lab-workspace-"));
    const started = await repository.startRun({
      workflow: `.github/workflows/${action}.yml`,
      event: options.eventName,
      headBranch: options.branch,
      headSha: options.sha,
      status: "in_progress",
      ...(options.rerunOf === undefined ? {} : { rerunOf: options.rerunOf }),
    });
    let conclusion = "failure";
    try {
      await this.#checkout(workspace, options);
      await options.prepare?.(workspace);
      const token = repository.issueToken({ kind: "actions", permissions: options.permissions ?? permissions, fork: options.fork ?? false });
      const result = await runActionBundle({
        directory: join(DIST, action),
        workspace,
        token,
        event: options.event,
        inputs: options.inputs ?? {},
        env: {
          ...actionEnvironment({
            repository: repository.fullName,
            repositoryId: repository.id,
            sha: options.sha,
            ref: options.ref,
            eventName: options.eventName,
            event: options.event,
            actor: options.actor ?? "octocat",
            runId: started.id,
            runAttempt: started.attempt,
            job: action,
            workflowPath: `.github/workflows/${action}.yml`,
            serverUrl: github.url,
            apiUrl: github.apiUrl,
            graphqlUrl: github.graphqlUrl,
          }),
          RETELL_BASE_URL: retell.url,
          ...(options.fork === true ? {} : { RETELL_STAGING_API_KEY: KEYS.staging, RETELL_PRODUCTION_API_KEY: KEYS.production }),
          ...options.env,
        },
        ...(options.onSpawn === undefined ? {} : { onSpawn: options.onSpawn }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(options.debug === undefined ? {} : { debug: options.debug }),
        ...(options.runnerTemp === undefined ? {} : { runnerTemp: options.runnerTemp }),
      });
      conclusion = result.conclusion;
      return { ...result, runId: started.id, attempt: started.attempt };
    } finally {
      repository.finishRun(started.id, started.attempt, conclusion);
      await rm(workspace, { recursive: true, force: true });
    }
  }

  /** What actions/checkout leaves behind: one commit, detached, with the repository as origin. */
  async #checkout(workspace: string, options: { sha: string; fetchDepth?: number }): Promise<void> {
    const { github, repository } = this.#labs;
    const git = async (...args: string[]): Promise<void> => {
      const { code, stderr } = await runByBroker({ command: "git", args: ["-C", workspace, ...args], env: Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))) });
      if (code !== 0) throw new Error(`git ${args[0] ?? ""} failed: ${stderr.toString("utf8")}`);
    };
    const depth = options.fetchDepth ?? 1;
    await git("init", "--quiet");
    await git("remote", "add", "origin", `${github.url}/${repository.fullName}`);
    await git("fetch", "--quiet", "--no-tags", ...(depth === 0 ? [] : [`--depth=${depth}`]), repository.path, `${options.sha}`);
    await git("checkout", "--quiet", "--detach", options.sha);
  }
}

function commentEvent(repository: Repository, { id, action = "created" }: { readonly id: number; readonly action?: string }): RepositoryEvent {
  const all = [...repository.events, ...repository.heldEvents.map(({ event }) => event)];
  const found = all.findLast(({ name, payload }) => name === "issue_comment" && payload["action"] === action && (payload["comment"] as { id?: number }).id === id);
  if (found === undefined) throw new Error(`There was no event ${action} of comment ${id}.`);
  return found;
}
