import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JobContext } from "@retell-actions/core/ports/runner";
import type { MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import type { DeployInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";

/** Inputs as a workflow gives them that states the workspace only. */
export const inputs: DeployInputs = {
  agents: ["*"],
  workingDirectory: "",
  token: "",
  workspace: "staging",
  dryRun: false,
  planFingerprint: undefined,
  confirm: "",
  concurrency: 8,
  options: { onConsoleEdit: "fail", requireStaging: true, prune: "report", maxDeletes: 1, allowReplace: false, recreate: false, adopt: false },
};

let lastRun = 100;

/** Checks out a branch's tip (or another commit) and runs deploy as a new run, which is over afterwards. */
export async function deploy(world: MemoryWorld, changes: Partial<DeployInputs> & { branch?: string; commit?: string; job?: Partial<JobContext> } = {}): Promise<ActionReport> {
  const { branch = "staging", commit, job, ...rest } = changes;
  world.git.checkout(commit ?? world.git.branches.get(branch) ?? "");
  const runId = String((lastRun += 1));
  world.github.runs.set(`${runId}/1`, { kind: "in-progress" });
  try {
    return await run({ ...inputs, ...rest }, world.ports({ runId, ...job }));
  } finally {
    world.github.runs.set(`${runId}/1`, { kind: "over", endedAt: Date.parse("2026-11-24T03:00:00Z") });
  }
}

/** Id of the agent of that display name in staging. */
export const idOf = (world: MemoryWorld, name: string): string => [...world.retell("staging").agents.values()].find((agent) => [...agent.versions.values()].some((version) => version.fields["agent_name"] === name))?.id ?? "";
