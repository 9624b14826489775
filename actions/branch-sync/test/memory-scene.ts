import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JobContext } from "@retell-actions/core/ports/runner";
import { ancestors } from "@retell-actions/lab/memory/memory-history";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import type { SyncInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";

/** The defaults of action.yml. */
export const INPUTS: SyncInputs = {
  source: "production",
  targets: ["staging", "develop"],
  strategy: "safe",
  deployWorkflow: "retell-deploy-staging.yml",
  statusContext: "Validate & Check Conflicts",
  workingDirectory: "",
  token: "",
};

export const SYNC_BRANCH = "retell/sync/production-to-develop";

/** A repository whose three branches are at one commit, production's checked out. */
export function startWorld(changes: Readonly<Record<string, string>> = {}): MemoryWorld {
  const world = createMemoryWorld(smallProject(changes));
  world.git.checkout(tip(world, "production"));
  return world;
}

/** Runs branch-sync after a production deploy. */
export function sync(world: MemoryWorld, changes: Partial<SyncInputs> & { job?: Partial<JobContext> } = {}): Promise<ActionReport> {
  const { job, ...inputs } = changes;
  return run({ ...INPUTS, ...inputs }, world.ports({ job: "sync", ref: "refs/heads/production", ...job }));
}

export function tip(world: MemoryWorld, branch: string): string {
  const found = world.git.branches.get(branch);
  if (found === undefined) throw new Error(`There is no branch ${branch}.`);
  return found;
}

/** True if a branch has a commit. */
export function has(world: MemoryWorld, branch: string, commit: string): boolean {
  return ancestors(world.git, tip(world, branch)).has(commit);
}

export function writesOf(world: MemoryWorld): string[] {
  return world.github.writes.map(({ method, subject }) => `${method} ${subject}`);
}

/** A commit on production, and one on develop that changes the same line. */
export function conflict(world: MemoryWorld): { readonly theirs: string; readonly ours: string } {
  return {
    theirs: world.git.commit("production", { "prompts/sales/pitch.txt": "Sell in production.\n" }, "Hotfix of the pitch"),
    ours: world.git.commit("develop", { "prompts/sales/pitch.txt": "Sell in develop.\n" }, "Work on the pitch"),
  };
}
