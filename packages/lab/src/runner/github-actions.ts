/**
 * GitHub Actions of a repository in the lab: listens to its events, finds the workflow files that they start, and runs them.
 * Source: docs "Events that trigger workflows" (which version of a file counts).
 */
import { mergeBase, readCommit } from "../github/git/commits.ts";
import { diffNames } from "../github/git/diff.ts";
import { nullSha } from "../github/git/objects.ts";
import { deliver, type RepositoryEvent } from "../github/model/events.ts";
import type { Repository } from "../github/model/repository.ts";
import { workflowFolder } from "../github/model/workflow-files.ts";
import { repositoryView } from "../github/view/repository.ts";
import { ArtifactStore } from "./artifact-store.ts";
import { Approvals } from "./github-approvals.ts";
import { JobChecks } from "./github-checks.ts";
import { GitHubHost, headOf, type HostSurroundings } from "./github-host.ts";
import { ObservedConcurrency, RunProgress } from "./github-progress.ts";
import type { DeploymentState, RunIdentity } from "./host.ts";
import type { WorkflowEvent } from "./match-event.ts";
import { tokenPermissions } from "./permissions.ts";
import type { ActionSources } from "./resolve-uses.ts";
import { runWorkflow, type RunWorkflowOptions, type WorkflowRun } from "./run-workflow.ts";

/** A run that has ended, with what started it. */
export interface LabRun extends WorkflowRun {
  readonly run: RunIdentity;
  /** Path of the workflow file. */
  readonly workflow: string;
  readonly event: RepositoryEvent;
  /** From the start of the run to its end, waiting included, in milliseconds. */
  readonly wallMs: number;
}

export interface GitHubActionsOptions {
  readonly repository: Repository;
  /** Which `uses` stand for which built actions. */
  readonly actions: ActionSources;
  readonly machine?: RunWorkflowOptions["machine"];
  readonly onSpawn?: RunWorkflowOptions["onSpawn"];
}

interface Started {
  readonly event: RepositoryEvent;
  readonly path: string;
  readonly rerunOf?: number;
  readonly previous?: LabRun["jobs"];
}

/** Runs a repository's workflows from `new` until `stop`, and again after `start`. */
export class GitHubActions {
  /** Jobs that wait for a reviewer. */
  readonly approvals = new Approvals();
  readonly progress = new RunProgress();
  readonly concurrency = new ObservedConcurrency(this.progress);
  /** Every state that a job with an environment went through, in order. */
  readonly deployments: DeploymentState[] = [];
  readonly #options: GitHubActionsOptions;
  readonly #shared: HostSurroundings;
  readonly #runs: LabRun[] = [];
  /** By id of the run: its attempts share them. */
  readonly #artifacts = new Map<number, ArtifactStore>();
  readonly #faults: unknown[] = [];
  #unsubscribe: (() => void) | undefined;
  /** Events are taken one after the other, so that runs get their numbers and their places in queues in the order of events. */
  #intake: Promise<void> = Promise.resolve();

  constructor(options: GitHubActionsOptions) {
    this.#options = options;
    const { repository } = options;
    this.#shared = { repository, checks: new JobChecks(repository), approvals: this.approvals, progress: this.progress, deployments: this.deployments };
    this.start();
  }

  /** Runs that have ended, in the order in which they were started. */
  get runs(): readonly LabRun[] {
    return this.#runs.toSorted((a, b) => a.run.id - b.run.id || a.run.attempt - b.run.attempt);
  }

  /**
   * Resolves when nothing goes on by itself any more: every run has ended, or waits (directly or behind another one in its
   * concurrency group) for a reviewer. @throws what the lab itself got wrong since the last call.
   */
  async idle(): Promise<void> {
    await this.progress.idle();
    const [fault] = this.#faults.splice(0);
    if (fault !== undefined) throw fault;
  }

  /** The button "Re-run all jobs": same event, same commit, same file, next attempt. */
  rerun(run: LabRun): void {
    this.#take(() => this.#launch({ event: run.event, path: run.workflow, rerunOf: run.run.id }));
  }

  /** The button "Re-run failed jobs": as `rerun`, but what succeeded stays, with its outputs and artifacts. */
  rerunFailed(run: LabRun): void {
    this.#take(() => this.#launch({ event: run.event, path: run.workflow, rerunOf: run.run.id, previous: run.jobs }));
  }

  /**
   * The clock reaches a cron line: the default branch's files that have this line run on its newest commit. Source: docs
   * "Events that trigger workflows" (`schedule`); who last changed the line is the actor, here the repository's owner.
   */
  async schedule(cron: string): Promise<void> {
    const { repository } = this.#options;
    const event = { name: "schedule", payload: { schedule: cron, repository: repositoryView(repository) }, ref: `refs/heads/${repository.defaultBranch}`, sha: await repository.tip(repository.defaultBranch), actor: repository.owner };
    deliver(repository, event);
  }

  /** Artifacts that the run's attempts have uploaded; kept for ever. */
  artifacts(run: LabRun): ArtifactStore {
    return this.#artifacts.get(run.run.id) ?? new ArtifactStore();
  }

  /** Listens to events again; what happened in between starts nothing. */
  start(): void {
    this.#unsubscribe ??= this.#options.repository.onEvent((event) => this.#take(() => this.#offer(event)));
  }

  /** Takes no further events; runs under way go on. */
  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  #take(task: () => Promise<void>): void {
    this.#intake = this.#intake.then(() => this.progress.during(task)).catch((error: unknown) => void this.#faults.push(error));
    // Between this moment and the task's turn there is work as well.
    void this.progress.during(() => this.#intake);
  }

  async #offer(event: RepositoryEvent): Promise<void> {
    const files = await this.#options.repository.files(event.sha);
    const workflows = files.filter((path) => path.startsWith(`${workflowFolder}/`) && /^[^/]+\.ya?ml$/.test(path.slice(workflowFolder.length + 1))).sort();
    for (const path of workflows) {
      // A dispatch names its file; every other event is offered to all.
      if (event.name === "workflow_dispatch" && event.payload["workflow"] !== path) continue;
      await this.#launch({ event, path });
    }
  }

  /** Returns as soon as the run has its place in the queue or on a runner, or does not start. */
  async #launch(started: Started): Promise<void> {
    const underWay = Promise.withResolvers<undefined>();
    const over = this.#run(started, () => underWay.resolve(undefined));
    const ended = over.catch((error: unknown) => void this.#faults.push(error)).then(() => underWay.resolve(undefined));
    void ended;
    await underWay.promise;
  }

  async #run(started: Started, underWay: () => void): Promise<void> {
    const { repository, actions, machine, onSpawn } = this.#options;
    const { event, path } = started;
    const text = await repository.readFile(event.sha, path);
    if (text === undefined) throw new Error(`${path} is not in commit ${event.sha}.`);
    const start = performance.now();
    const artifacts = this.#artifacts.get(started.rerunOf ?? -1) ?? new ArtifactStore();
    let id: string | undefined;
    try {
      const result = await runWorkflow({
        host: new GitHubHost(this.#shared, event),
        file: { path, text },
        event: await describe(repository, { event, text }),
        ref: event.ref,
        sha: event.sha,
        actor: event.actor,
        actions,
        ...(machine === undefined ? {} : { machine }),
        concurrency: this.concurrency,
        artifacts,
        ...(started.previous === undefined ? {} : { previous: started.previous }),
        ...(started.rerunOf === undefined ? {} : { rerunOf: started.rerunOf }),
        ...(repository.settings.defaultWorkflowPermissions === "write" ? { defaultPermissions: WRITE_ALL } : {}),
        ...(onSpawn === undefined ? {} : { onSpawn }),
        onStart: (run) => {
          id = String(run.id);
          this.#artifacts.set(run.id, artifacts);
          this.progress.begin(id, underWay);
        },
      });
      if (result.run !== undefined) this.#runs.push({ ...result, run: result.run, workflow: path, event, wallMs: performance.now() - start });
    } finally {
      if (id !== undefined) this.progress.end(id);
    }
  }
}

const WRITE_ALL = tokenPermissions({ workflow: "write-all", job: undefined, fork: false });

/** The event as the runner matches it against `on:`. */
async function describe(repository: Repository, { event, text }: { readonly event: RepositoryEvent; readonly text: string }): Promise<WorkflowEvent> {
  const { name, payload, ref } = event;
  const described = { name, payload, ref };
  const filtered = text.includes("paths") && (name === "push" || name.startsWith("pull_request"));
  const headCommitMessage = name === "pull_request" ? { headCommitMessage: (await readCommit(repository.git, headOf(event).sha)).message } : {};
  return { ...described, ...headCommitMessage, ...(filtered ? { changedFiles: await changedFiles(repository, event) } : {}) };
}

/** Docs "Workflow syntax" (`paths`): a push is compared with what was there, a pull request with its merge base, a new branch with nothing. */
async function changedFiles(repository: Repository, event: RepositoryEvent): Promise<string[]> {
  const { git } = repository;
  const base = (event.payload["pull_request"] as { base?: { sha?: string } } | undefined)?.base?.sha;
  const head = headOf(event).sha;
  const before = base === undefined ? String(event.payload["before"] ?? nullSha) : await mergeBase(git, base, head);
  if (before === undefined || before === nullSha) return repository.files(head);
  return (await diffNames(git, before, head)).map(({ filename }) => filename);
}
