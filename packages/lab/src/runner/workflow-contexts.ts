/** Contexts that all jobs of a run share. Source: docs "Contexts", "Using secrets" (forks), "Dependabot on Actions". */
import { dispatchInputs } from "./dispatch-inputs.ts";
import { githubContext } from "./github-context.ts";
import type { RunIdentity, RunnerHost, SecretSource } from "./host.ts";
import type { WorkflowEvent } from "./match-event.ts";
import type { Workflow } from "./parse-workflow.ts";

/** True for a pull request whose head lies in another repository, or in one that is gone. */
export function isFork(event: WorkflowEvent, repository: string): boolean {
  if (event.name !== "pull_request") return false;
  const pull = event.payload["pull_request"] as { head?: { repo?: { full_name?: string } | null } } | undefined;
  return pull?.head?.repo?.full_name?.toLowerCase() !== repository.toLowerCase();
}

/** Where the secrets of a run come from. */
export function secretSource(event: WorkflowEvent, options: { readonly repository: string; readonly actor: string }): SecretSource {
  if (isFork(event, options.repository)) return "none";
  return options.actor === "dependabot[bot]" && /^(pull_request|push)/.test(event.name) ? "dependabot" : "actions";
}

/** The `github` and `inputs` contexts of a run. @throws {DispatchInputError} */
export function runContexts(options: {
  readonly host: RunnerHost;
  readonly workflow: Workflow;
  readonly event: WorkflowEvent;
  readonly ref: string;
  readonly sha: string;
  readonly actor: string;
  readonly triggeringActor: string;
  readonly run: RunIdentity;
}): { readonly github: Record<string, unknown>; readonly inputs: Readonly<Record<string, unknown>> } {
  const { host, workflow, event, run } = options;
  const dispatched = event.name === "workflow_dispatch" ? dispatchInputs(workflow, (event.payload["inputs"] ?? {}) as Record<string, unknown>) : undefined;
  const payload = dispatched === undefined ? event.payload : { ...event.payload, inputs: dispatched.text };
  const github = githubContext({
    repository: host.repository.fullName,
    repositoryId: host.repository.id,
    ownerId: host.repository.ownerId,
    sha: options.sha,
    ref: options.ref,
    eventName: event.name,
    event: payload,
    actor: options.actor,
    triggeringActor: options.triggeringActor,
    runId: run.id,
    runNumber: run.number,
    runAttempt: run.attempt,
    workflow: workflow.name,
    workflowPath: workflow.path,
    serverUrl: host.urls.server,
    apiUrl: host.urls.api,
    graphqlUrl: host.urls.graphql,
  });
  return { github, inputs: dispatched?.typed ?? {} };
}
