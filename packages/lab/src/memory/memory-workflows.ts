import type { Workflows } from "@retell-actions/core/ports/workflows";
import type { MemoryGit } from "./memory-git.ts";
import type { MemoryGitHubState } from "./memory-github.ts";

/** Workflows in memory: every file is known that is not among `unknownWorkflows`, and starting one is only noted. */
export function createMemoryWorkflows({ git, github }: { git: MemoryGit; github: MemoryGitHubState }): Workflows {
  return {
    dispatch: ({ file, branch, inputs = {} }) =>
      github.write({ method: "dispatch", subject: file }, () => {
        if (github.readOnly || !github.mayDispatch) return { kind: "forbidden", message: `The token may not start the workflow ${file}. Add to the job:\npermissions:\n  actions: write` };
        if (github.unknownWorkflows.has(file) || !git.branches.has(branch)) {
          return { kind: "unknown", message: `The workflow ${file} cannot be started on ${branch}. The file must be on the default branch, with workflow_dispatch.` };
        }
        github.dispatched.push({ file, branch, inputs });
        return { kind: "started" };
      }),

    async lastRun(file) {
      if (!github.mayReadRuns) return { kind: "forbidden" };
      const run = github.unknownWorkflows.has(file) ? undefined : github.lastRuns.get(file);
      return run === undefined ? { kind: "unknown" } : { kind: "found", ...run, url: `https://github.com/octo/agents/actions/workflows/${file}` };
    },

    async lastScheduledSuccess(file) {
      if (!github.mayReadRuns) return { kind: "forbidden" };
      const startedAt = github.scheduledSuccesses.get(file);
      return startedAt === undefined ? { kind: "unknown" } : { kind: "found", startedAt };
    },

    setStatus: (status) =>
      github.write({ method: "setStatus", subject: status.commit }, () => {
        if (github.readOnly || !github.maySetStatuses) return { kind: "forbidden", message: "The token may not set a commit status. Add to the job:\npermissions:\n  statuses: write" };
        github.statuses.push({ ...status });
        return { kind: "written" };
      }),
  };
}
