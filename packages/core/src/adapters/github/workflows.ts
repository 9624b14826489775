import { z } from "zod";
import type { Workflows } from "../../ports/workflows.ts";
import type { GitHubClient, Result } from "./client.ts";
import { hasStatus, isAmbiguous, isRateLimited, textOf, type Failure } from "./failure.ts";
import { githubError, type Purpose } from "./platform-error.ts";

/** UTF-16 code units of a status description (docs "Create a commit status": 140 characters). */
const DESCRIPTION = 140;
const runsSchema = z.object({ workflow_runs: z.array(z.object({ id: z.number(), path: z.string().nullish() })) });

const lastRunSchema = z.object({ workflow_runs: z.array(z.object({ status: z.string().nullish(), conclusion: z.string().nullish(), updated_at: z.string().transform((text) => Date.parse(text)).pipe(z.number()), html_url: z.string() })) });

const scheduledRunSchema = z.object({ workflow_runs: z.array(z.object({ event: z.string(), conclusion: z.string().nullish(), run_started_at: z.string().transform((text) => Date.parse(text)).pipe(z.number()) })) });

/** Starting workflows and setting commit statuses. */
export function createWorkflows(client: GitHubClient): Workflows {
  const { owner, repo } = client;

  /** Ids of the newest runs of a workflow that were started by hand or by an API; undefined when GitHub would not tell. */
  async function dispatchedRuns({ file, branch }: { file: string; branch: string }): Promise<Set<number> | undefined> {
    const result = await client.try({
      what: "list workflow runs",
      permission: "actions: read",
      write: false,
      send: (octokit) => octokit.rest.actions.listWorkflowRunsForRepo({ owner, repo, event: "workflow_dispatch", branch, per_page: 100 }),
      schema: runsSchema,
    });
    if (!result.ok) return undefined;
    // A path may end in `@` and a ref.
    return new Set(result.value.workflow_runs.filter((run) => run.path?.split("@")[0] === `.github/workflows/${file}`).map((run) => run.id));
  }

  return {
    async dispatch({ file, branch, inputs }) {
      const purpose: Purpose = { what: `start the workflow ${file} on ${branch}`, permission: "actions: write", write: true };
      const before = await dispatchedRuns({ file, branch });
      for (let tries = 1; ; tries += 1) {
        const result = await client.try({
          ...purpose,
          // 204, or 200 with the run (docs "Create a workflow dispatch event").
          send: (octokit) => octokit.rest.actions.createWorkflowDispatch({ owner, repo, workflow_id: file, ref: branch, ...(inputs === undefined ? {} : { inputs: { ...inputs } }) }),
          schema: z.unknown(),
        });
        if (result.ok) return { kind: "started" };
        const { failure } = result;
        if (isForbidden(failure)) return { kind: "forbidden", message: githubError(purpose, failure).message };
        if (hasStatus(failure, 404) || hasStatus(failure, 422)) {
          return {
            kind: "unknown",
            message: `GitHub could not ${purpose.what} (${textOf(failure)}). The file .github/workflows/${file} must be on the default branch and on ${branch}, with the trigger workflow_dispatch.`,
          };
        }
        if (!isAmbiguous(failure)) throw githubError(purpose, failure);
        // A request that lost its answer may still be at work, and its run takes a moment to appear.
        await client.pause(2000);
        const now = await dispatchedRuns({ file, branch });
        if (before !== undefined && [...(now ?? [])].some((id) => !before.has(id))) return { kind: "started" };
        // What runs twice deploys the same content once; what does not run at all deploys nothing.
        if (tries === 2) throw githubError(purpose, failure);
      }
    },

    async lastRun(file) {
      const purpose: Purpose = { what: `read the last run of the workflow ${file}`, permission: "actions: read", write: false };
      const result = await client.try({
        ...purpose,
        // The newest come first; `completed` is a status, not a conclusion (docs "List workflow runs for a workflow").
        send: (octokit) => octokit.rest.actions.listWorkflowRuns({ owner, repo, workflow_id: file, status: "completed", per_page: 1 }),
        schema: lastRunSchema,
      });
      if (!result.ok) {
        if (isForbidden(result.failure)) return { kind: "forbidden" };
        if (hasStatus(result.failure, 404)) return { kind: "unknown" };
        throw githubError(purpose, result.failure);
      }
      const run = result.value.workflow_runs.find(({ status }) => status === "completed");
      return run === undefined ? { kind: "unknown" } : { kind: "found", endedAt: run.updated_at, conclusion: run.conclusion ?? "", url: run.html_url };
    },

    async lastScheduledSuccess(file) {
      const purpose: Purpose = { what: `read the last scheduled run of the workflow ${file}`, permission: "actions: read", write: false };
      const result = await client.try({
        ...purpose,
        // The newest come first; a conclusion is taken as a status too (docs "List workflow runs for a workflow").
        send: (octokit) => octokit.rest.actions.listWorkflowRuns({ owner, repo, workflow_id: file, event: "schedule", status: "success", per_page: 1 }),
        schema: scheduledRunSchema,
      });
      if (!result.ok) {
        if (isForbidden(result.failure)) return { kind: "forbidden" };
        if (hasStatus(result.failure, 404)) return { kind: "unknown" };
        throw githubError(purpose, result.failure);
      }
      const run = result.value.workflow_runs.find(({ event, conclusion }) => event === "schedule" && conclusion === "success");
      return run === undefined ? { kind: "unknown" } : { kind: "found", startedAt: run.run_started_at };
    },

    async setStatus({ commit, context, state, description, url }) {
      // Of several statuses of a context the newest counts, so this may be repeated like a read.
      const purpose: Purpose = { what: `set the commit status ${context}`, permission: "statuses: write", write: false };
      const result: Result<unknown> = await client.try({
        ...purpose,
        send: (octokit) => octokit.rest.repos.createCommitStatus({ owner, repo, sha: commit, context, state, description: cut(description), ...(url === undefined ? {} : { target_url: url }) }),
        schema: z.unknown(),
      });
      if (result.ok) return { kind: "written" };
      if (isForbidden(result.failure)) return { kind: "forbidden", message: githubError(purpose, result.failure).message };
      throw githubError({ ...purpose, write: true }, result.failure);
    },
  };
}

function isForbidden(failure: Failure): boolean {
  return hasStatus(failure, 403) && !isRateLimited(failure);
}

/** Cut at the limit, never through a surrogate pair. */
function cut(text: string): string {
  if (text.length <= DESCRIPTION) return text;
  const start = text.slice(0, DESCRIPTION - 1);
  return `${/[\uD800-\uDBFF]$/.test(start) ? start.slice(0, -1) : start}…`;
}
