import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JobContext } from "@retell-actions/core/ports/runner";
import type { MemoryPullRequest } from "@retell-actions/lab/memory/memory-github";
import type { MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { run as runDeploy } from "../../deploy/src/run.ts";
import type { DriftInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";

/** The inputs as action.yml has them. */
export const INPUTS: DriftInputs = {
  workspace: "all",
  read: "full",
  mode: "pull-request",
  agents: ["*"],
  labels: ["drift-detection", "auto-generated", "needs-attention"],
  sharedSections: "fork",
  base: undefined,
  failOnDrift: false,
  statusContext: "Validate & Check Conflicts",
  workingDirectory: "",
  token: "",
  concurrency: 8,
};

let lastRun = 500;

/** A scheduled run on the default branch. */
export async function detect(world: MemoryWorld, changes: Partial<DriftInputs> & { job?: Partial<JobContext> } = {}): Promise<ActionReport> {
  const { job, ...inputs } = changes;
  world.git.checkout(world.git.branches.get("develop") ?? "");
  return run({ ...INPUTS, ...inputs }, world.ports({ runId: String((lastRun += 1)), event: { name: "schedule" }, ...job }));
}

/** Deploys a branch to its workspace. */
export async function deploy(world: MemoryWorld, workspace = "staging", options: { branch?: string; overwrite?: boolean; keep?: boolean } = {}): Promise<ActionReport> {
  world.git.checkout(world.git.branches.get(options.branch ?? (workspace === "staging" ? "staging" : "production")) ?? "");
  const runId = String((lastRun += 1));
  world.github.runs.set(`${runId}/1`, { kind: "in-progress" });
  try {
    return await runDeploy(
      {
        agents: ["*"],
        workingDirectory: "",
        token: "",
        workspace,
        dryRun: false,
        planFingerprint: undefined,
        confirm: "",
        concurrency: 8,
        options: { onConsoleEdit: options.overwrite === true ? "overwrite" : options.keep === true ? "keep" : "fail", requireStaging: false, prune: "report", maxDeletes: 1, allowReplace: false, recreate: false, adopt: false },
      },
      world.ports({ runId }),
    );
  } finally {
    world.github.runs.set(`${runId}/1`, { kind: "over", endedAt: Date.parse("2026-11-24T03:00:00Z") });
  }
}

/** The id of an agent by the name that the console shows. */
export function idOf(world: MemoryWorld, name: string, workspace = "staging"): string {
  return [...world.retell(workspace).agents.values()].find((agent) => [...agent.versions.values()].some((version) => version.fields["agent_name"] === name))?.id ?? "";
}

/** The pull requests of a workspace's drift branch, oldest first. */
export function pulls(world: MemoryWorld, workspace = "staging"): MemoryPullRequest[] {
  return [...world.github.pulls.values()].filter(({ head }) => head === `retell/drift/${workspace}`).sort((a, b) => a.number - b.number);
}

/** A file at a branch's tip. */
export function fileAt(world: MemoryWorld, branch: string, path: string): string | undefined {
  return world.git.commits.get(world.git.branches.get(branch) ?? "")?.files.get(path);
}
