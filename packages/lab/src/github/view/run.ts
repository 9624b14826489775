import { type Commit } from "../git/commits.ts";
import type { Repository } from "../model/repository.ts";
import type { RunAttempt, RunJob, WorkflowRun } from "../model/runs.ts";
import { userOf } from "../model/users.ts";
import { nodeId } from "./node-id.ts";
import { htmlUrl, minimalRepositoryView, repositoryUrl } from "./repository.ts";
import { userView } from "./user.ts";

/** The number of a workflow, made from its path. */
export function workflowId(path: string): number {
  return Buffer.from(path).reduce((sum, byte) => (sum * 31 + byte) % 100_000_007, 7);
}

/** An attempt of a workflow run (schema `workflow-run`). */
export function runView(repository: Repository, { run, attempt, head }: { run: WorkflowRun; attempt: RunAttempt; head: Commit }): Record<string, unknown> {
  const url = `${repositoryUrl(repository)}/actions/runs/${run.id}`;
  const pulls = repository.openPulls().filter((pull) => pull.head.sha === run.headSha && pull.head.repository === repository);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("WFR", run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflow,
    display_title: head.message.split("\n")[0] ?? "",
    run_number: run.runNumber,
    event: run.event,
    status: attempt.status,
    conclusion: attempt.conclusion,
    workflow_id: workflowId(run.workflow),
    check_suite_id: run.id,
    check_suite_node_id: nodeId("CS", run.id),
    url,
    html_url: `${htmlUrl(repository)}/actions/runs/${run.id}`,
    pull_requests: pulls.map((pull) => pullMinimal(repository, pull)),
    created_at: run.createdAt,
    updated_at: attempt.updatedAt,
    actor: userView(repository.world, userOf(run.actor)),
    run_attempt: attempt.attempt,
    referenced_workflows: [],
    run_started_at: attempt.runStartedAt,
    triggering_actor: userView(repository.world, userOf(attempt.actor)),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryUrl(repository)}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: attempt.attempt > 1 ? `${url}/attempts/${attempt.attempt - 1}` : null,
    workflow_url: `${repositoryUrl(repository)}/actions/workflows/${workflowId(run.workflow)}`,
    head_commit: {
      id: head.sha,
      tree_id: head.tree,
      message: head.message,
      timestamp: head.committer.date,
      author: { name: head.author.name, email: head.author.email },
      committer: { name: head.committer.name, email: head.committer.email },
    },
    repository: minimalRepositoryView(repository),
    head_repository: minimalRepositoryView(repository),
  };
}

function pullMinimal(repository: Repository, pull: { id: number; number: number; head: { ref: string; sha: string }; base: { ref: string; sha: string } }): Record<string, unknown> {
  const repo = { id: repository.id, url: repositoryUrl(repository), name: repository.name };
  return {
    id: pull.id,
    number: pull.number,
    url: `${repositoryUrl(repository)}/pulls/${pull.number}`,
    head: { ref: pull.head.ref, sha: pull.head.sha, repo },
    base: { ref: pull.base.ref, sha: pull.base.sha, repo },
  };
}

/** A job of an attempt (schema `job`). */
export function jobView(repository: Repository, { run, attempt, job }: { run: WorkflowRun; attempt: RunAttempt; job: RunJob }): Record<string, unknown> {
  const api = repositoryUrl(repository);
  return {
    id: job.id,
    run_id: run.id,
    run_url: `${api}/actions/runs/${run.id}`,
    run_attempt: attempt.attempt,
    node_id: nodeId("J", job.id),
    head_sha: run.headSha,
    url: `${api}/actions/jobs/${job.id}`,
    html_url: `${htmlUrl(repository)}/actions/runs/${run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: attempt.runStartedAt,
    started_at: job.startedAt ?? attempt.runStartedAt,
    completed_at: job.completedAt,
    name: job.name,
    steps: [],
    check_run_url: `${api}/check-runs/${job.id}`,
    labels: job.labels,
    runner_id: null,
    runner_name: null,
    runner_group_id: null,
    runner_group_name: null,
    workflow_name: run.name,
    head_branch: run.headBranch,
  };
}
