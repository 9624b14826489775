/**
 * The `github` context of a job and the `GITHUB_*` variables made of it.
 * Source: docs "Contexts", "Variables"; actions/runner `GitHubContext.cs` (which keys become variables).
 */

/** What is known about a run; everything else of the context follows from it. */
export interface RunFacts {
  /** `owner/name`. */
  readonly repository: string;
  readonly repositoryId?: number;
  readonly ownerId?: number;
  readonly sha: string;
  /** Full ref, e.g. `refs/heads/main`, `refs/pull/7/merge`. */
  readonly ref: string;
  readonly eventName: string;
  readonly event?: unknown;
  readonly actor?: string;
  readonly triggeringActor?: string;
  readonly runId?: number;
  readonly runNumber?: number;
  readonly runAttempt?: number;
  readonly job?: string;
  readonly workflow?: string;
  /** Path of the workflow file in the repository. */
  readonly workflowPath?: string;
  readonly workflowSha?: string;
  readonly serverUrl?: string;
  readonly apiUrl?: string;
  readonly graphqlUrl?: string;
  readonly refProtected?: boolean;
}

const variableKeys = [
  "action", "action_path", "action_ref", "action_repository", "actor", "actor_id", "api_url", "base_ref", "event_name", "event_path",
  "graphql_url", "head_ref", "job", "ref", "ref_name", "ref_protected", "ref_type", "repository", "repository_id", "repository_owner",
  "repository_owner_id", "retention_days", "run_attempt", "run_id", "run_number", "server_url", "sha", "triggering_actor", "workflow",
  "workflow_ref", "workflow_sha", "workspace",
] as const;

/** `refs/heads/a/b` → `a/b`; `refs/pull/7/merge` → `7/merge`. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(heads|tags|pull)\//, "");
}

function pullRequestRefs(event: unknown): { base: string; head: string } {
  const pull = (event as { pull_request?: { base?: { ref?: string }; head?: { ref?: string } } } | undefined)?.pull_request;
  return { base: pull?.base?.ref ?? "", head: pull?.head?.ref ?? "" };
}

/** The `github` context, numbers as strings where GitHub has strings. `token`, `workspace` and `event_path` are the caller's to add. */
export function githubContext(facts: RunFacts): Record<string, unknown> {
  const [owner = "", name = ""] = facts.repository.split("/");
  const server = facts.serverUrl ?? "https://github.com";
  const api = facts.apiUrl ?? "https://api.github.com";
  const isPull = facts.eventName.startsWith("pull_request");
  const refs = isPull ? pullRequestRefs(facts.event) : { base: "", head: "" };
  const actor = facts.actor ?? "octocat";
  return {
    actor,
    actor_id: "1",
    api_url: api,
    base_ref: refs.base,
    event: facts.event ?? {},
    event_name: facts.eventName,
    graphql_url: facts.graphqlUrl ?? `${api}/graphql`,
    head_ref: refs.head,
    job: facts.job ?? "test",
    ref: facts.ref,
    ref_name: shortRef(facts.ref),
    ref_protected: facts.refProtected ?? false,
    ref_type: facts.ref.startsWith("refs/tags/") ? "tag" : "branch",
    repository: `${owner}/${name}`,
    repository_id: String(facts.repositoryId ?? 1),
    repository_owner: owner,
    repository_owner_id: String(facts.ownerId ?? 1),
    repositoryUrl: `git://${server.replace(/^https?:\/\//, "")}/${owner}/${name}.git`,
    retention_days: "90",
    run_attempt: String(facts.runAttempt ?? 1),
    run_id: String(facts.runId ?? 1),
    run_number: String(facts.runNumber ?? 1),
    secret_source: "Actions",
    server_url: server,
    sha: facts.sha,
    triggering_actor: facts.triggeringActor ?? actor,
    workflow: facts.workflow ?? facts.workflowPath ?? "test",
    workflow_ref: `${owner}/${name}/${facts.workflowPath ?? ".github/workflows/test.yml"}@${facts.ref}`,
    workflow_sha: facts.workflowSha ?? facts.sha,
  };
}

/** The `GITHUB_*` variables of a `github` context. */
export function githubEnvironment(context: Readonly<Record<string, unknown>>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const key of variableKeys) {
    const value = context[key];
    if (value !== undefined) environment[`GITHUB_${key.toUpperCase()}`] = String(value);
  }
  return environment;
}

/** The `GITHUB_*` variables for a directly run action: pass as `env` to `runActionBundle`. */
export function actionEnvironment(facts: RunFacts): Record<string, string> {
  return githubEnvironment(githubContext(facts));
}

/** The `runner` context; the same values are in `RUNNER_*`. */
export function runnerContext(paths: { readonly temp: string; readonly toolCache: string; readonly debug?: boolean }): Record<string, string> {
  return {
    name: "retell-lab",
    os: process.platform === "darwin" ? "macOS" : process.platform === "win32" ? "Windows" : "Linux",
    arch: process.arch === "arm64" ? "ARM64" : "X64",
    temp: paths.temp,
    tool_cache: paths.toolCache,
    environment: "github-hosted",
    ...(paths.debug ? { debug: "1" } : {}),
  };
}

/** `RUNNER_*` variables of a `runner` context. */
export function runnerEnvironment(context: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(context).map(([key, value]) => [`RUNNER_${key.toUpperCase()}`, value]));
}
