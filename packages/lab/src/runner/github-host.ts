/**
 * Connects the workflow runner with the GitHub lab: what one event's runs see of a repository. Runs, jobs and checks become
 * visible over the lab's API, tokens are the lab's, and secrets are handed out only after the environment let the job pass.
 */
import type { RepositoryEvent } from "../github/model/events.ts";
import { matchesPattern } from "../github/model/protection.ts";
import type { Repository } from "../github/model/repository.ts";
import { timestamp } from "../github/model/timestamp.ts";
import { userOf } from "../github/model/users.ts";
import { apiUrl } from "../github/model/world.ts";
import type { Approvals } from "./github-approvals.ts";
import type { JobChecks } from "./github-checks.ts";
import type { RunProgress } from "./github-progress.ts";
import type { ApprovalRequest, DeploymentState, JobEnd, JobRequest, RunConclusion, RunIdentity, RunnerHost, RunRequest, SecretSource } from "./host.ts";
import type { Permissions } from "./permissions.ts";

/** What all events of a repository share. */
export interface HostSurroundings {
  readonly repository: Repository;
  readonly checks: JobChecks;
  readonly approvals: Approvals;
  readonly progress: RunProgress;
  /** Every state that a job with an environment went through, in order. */
  readonly deployments: DeploymentState[];
}

/** Branch and commit that a run is shown under: of a pull request its head, else what the event is about. */
export function headOf(event: RepositoryEvent): { readonly branch: string | null; readonly sha: string } {
  const pull = event.payload["pull_request"] as { head?: { ref?: string; sha?: string } } | undefined;
  if (event.name === "pull_request" && pull?.head?.sha !== undefined) return { branch: pull.head.ref ?? null, sha: pull.head.sha };
  return { branch: event.ref.startsWith("refs/heads/") ? event.ref.slice("refs/heads/".length) : null, sha: event.sha };
}

/** The runner's view of a repository for one event. */
export class GitHubHost implements RunnerHost {
  readonly #shared: HostSurroundings;
  readonly #event: RepositoryEvent;
  readonly #working = new Set<string>();

  constructor(shared: HostSurroundings, event: RepositoryEvent) {
    this.#shared = shared;
    this.#event = event;
  }

  get #repository(): Repository {
    return this.#shared.repository;
  }

  get repository(): RunnerHost["repository"] {
    const { fullName, id, owner, defaultBranch } = this.#repository;
    return { fullName, id, ownerId: userOf(owner).id, defaultBranch };
  }

  get urls(): RunnerHost["urls"] {
    const { world } = this.#repository;
    return { server: world.url, api: apiUrl(world), graphql: `${world.url}/api/graphql` };
  }

  cloneUrl(repository: string): string {
    return `${this.#repository.world.url}/${repository}`;
  }

  async startRun(request: RunRequest): Promise<RunIdentity> {
    const head = headOf(this.#event);
    const { id, attempt } = await this.#repository.startRun({
      workflow: request.workflowPath,
      name: request.workflowName,
      event: request.event,
      headBranch: head.branch,
      headSha: head.sha,
      actor: request.actor,
      status: "queued",
      ...(request.rerunOf === undefined ? {} : { rerunOf: request.rerunOf }),
    });
    return { id, attempt, number: this.#repository.runs.get(id).runNumber };
  }

  finishRun(run: RunIdentity, conclusion: RunConclusion): Promise<void> {
    this.#repository.finishRun(run.id, run.attempt, conclusion);
    return Promise.resolve();
  }

  startJob(job: JobRequest): Promise<void> {
    const { run, name } = job;
    const at = timestamp();
    this.#repository.runs.setStatus(run.id, run.attempt, "in_progress", at);
    this.#repository.runs.setJob(run.id, run.attempt, { name, status: "in_progress", startedAt: at });
    this.#shared.checks.start(job, headOf(this.#event).sha);
    this.#working.add(name);
    this.#shared.progress.underWay(String(run.id));
    this.#shared.progress.work(String(run.id), 1);
    return Promise.resolve();
  }

  finishJob(job: JobRequest, end: JobEnd): Promise<void> {
    const { run, name } = job;
    this.#repository.runs.setJob(run.id, run.attempt, { name, status: "completed", conclusion: end.conclusion, completedAt: timestamp() });
    this.#shared.checks.finish(job, headOf(this.#event).sha, end);
    if (this.#working.delete(name)) this.#shared.progress.work(String(run.id), -1);
    return Promise.resolve();
  }

  issueToken({ permissions, job }: { readonly permissions: Permissions; readonly job: JobRequest }): Promise<string> {
    return Promise.resolve(this.#repository.issueToken({ kind: "actions", permissions: { ...permissions }, run: job.run.id }));
  }

  revokeToken(token: string): Promise<void> {
    this.#repository.world.tokens.revoke(token);
    return Promise.resolve();
  }

  /** Dependabot has a store of its own, which the lab leaves empty (docs "Dependabot on GitHub Actions"). */
  secrets({ environment, source }: { readonly environment?: string; readonly source: SecretSource }): Promise<Record<string, string>> {
    if (source !== "actions") return Promise.resolve({});
    return Promise.resolve({ ...this.#repository.secrets, ...this.#environment(environment)?.secrets });
  }

  variables({ environment }: { readonly environment?: string }): Promise<Record<string, string>> {
    return Promise.resolve({ ...this.#repository.variables, ...this.#environment(environment)?.variables });
  }

  /** An environment that nobody has set up lets every job pass, as on GitHub, which makes it on first use. */
  async approval(request: ApprovalRequest): Promise<{ readonly approved: boolean; readonly reason?: string }> {
    const environment = this.#environment(request.environment);
    const branch = request.ref.replace(/^refs\/(heads|tags)\//, "");
    if (environment !== undefined && environment.branches.length > 0 && !environment.branches.some((pattern) => matchesPattern(pattern, branch))) {
      return { approved: false, reason: `Branch "${branch}" is not allowed to deploy to ${request.environment} due to environment protection rules.` };
    }
    if (environment === undefined || environment.requiredReviewers.length === 0) return { approved: true };
    const { progress, approvals } = this.#shared;
    const run = String(request.run.id);
    this.#repository.runs.setStatus(request.run.id, request.run.attempt, "waiting");
    progress.underWay(run);
    progress.hold(run, 1);
    try {
      return await approvals.ask(request);
    } finally {
      progress.hold(run, -1);
    }
  }

  deployment(state: DeploymentState): Promise<void> {
    this.#shared.deployments.push(state);
    return Promise.resolve();
  }

  #environment(name: string | undefined): ReturnType<Repository["environments"]["get"]> {
    return name === undefined ? undefined : this.#repository.environments.get(name);
  }
}
