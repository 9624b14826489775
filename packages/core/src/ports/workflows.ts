/** Starting workflows, and saying of a commit what no workflow will say: events of the job's own token start none. */
export interface Workflows {
  /**
   * Starts a workflow by `workflow_dispatch`. `unknown`: the default branch has no such file, the branch does not exist, or
   * the workflow has no such trigger or other inputs; `forbidden`: the token lacks `actions: write`. `message` says what to do.
   */
  dispatch(workflow: { file: string; branch: string; inputs?: Readonly<Record<string, string>> }): Promise<{ kind: "started" } | { kind: "unknown" | "forbidden"; message: string }>;
  /**
   * The newest run of a workflow that is over. `unknown`: there is no such workflow or no such run; `forbidden`: the token
   * lacks `actions: read`.
   */
  lastRun(file: string): Promise<{ kind: "found"; endedAt: number; conclusion: string; url: string } | { kind: "unknown" | "forbidden" }>;
  /**
   * Start of the newest scheduled run of a workflow that succeeded, epoch milliseconds. `unknown`: there is none; `forbidden`: the token
   * lacks `actions: read`.
   */
  lastScheduledSuccess(file: string): Promise<{ kind: "found"; startedAt: number } | { kind: "unknown" | "forbidden" }>;
  /** Sets a commit status. `forbidden`: the token lacks `statuses: write`. The description is cut to what GitHub takes. */
  setStatus(status: {
    commit: string;
    context: string;
    state: "success" | "failure" | "error" | "pending";
    description: string;
    url?: string;
  }): Promise<{ kind: "written" } | { kind: "forbidden"; message: string }>;
}
