import { ActionError } from "@retell-actions/core/errors";
import type { BranchRole, SyncedTarget } from "@retell-actions/core/report/sync-report";
import { syncBranch } from "./branch-names.ts";
import { decideStep } from "./decide.ts";
import { removeRequestBranch } from "./remove-branch.ts";
import { replaceTarget } from "./replace-target.ts";
import { requestMerge } from "./request-merge.ts";
import { setStatus } from "./set-status.ts";
import { isDeployed, startDeploy } from "./start-deploy.ts";
import { assertGoing, isRerun, relationOf, untouched, type Sync, type Target } from "./sync.ts";

/** How often a target is looked at anew because it moved between the look and the write. */
const TRIES = 3;

/** Syncs one target. What stands in the way is a result, so that the other targets go on; only defects are thrown. */
export async function syncTarget(sync: Sync, role: BranchRole): Promise<SyncedTarget> {
  const { ports, source } = sync;
  const branch = source.branches[role];
  try {
    for (let tries = 0; tries < TRIES; tries += 1) {
      assertGoing(ports);
      const target = await findTarget(sync, role);
      const done = await bringOver(sync, target);
      if (done !== undefined) return done;
      ports.log.info(`${branch} moved meanwhile; looking again.`);
    }
    throw new ActionError("branch-moved", `${branch}, or the branch of its pull request, kept moving while it was synced. Nothing was overwritten; run again.`);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { ...untouched({ role, branch }), status: "failed", reason: error.reason, message: error.message };
  }
}

async function findTarget({ ports, directory, source }: Sync, role: BranchRole): Promise<Target> {
  const branch = source.branches[role];
  const request = syncBranch({ directory, source: source.branch, target: branch });
  const tips = await ports.git.remoteTips([branch, request]);
  const tip = tips.get(branch);
  if (tip === undefined) {
    throw new ActionError(
      "branch-missing",
      `The branch ${JSON.stringify(branch)} (${role}) does not exist. Create it from ${source.branch} on GitHub ("Branches" > "New branch"), name another one under "branches" in workspaces.json, or leave ${role} out of targets.`,
    );
  }
  return { role, branch, tip, request: { branch: request, tip: tips.get(request) } };
}

/** One try; undefined if something moved between the look and the write, so that nothing was written. */
async function bringOver(sync: Sync, target: Target): Promise<SyncedTarget | undefined> {
  const { inputs, ports, source } = sync;
  const relation = await relationOf(ports, target.tip, source.commit);
  const step = decideStep({ relation, strategy: inputs.strategy });
  ports.log.info(`${source.branch} is ${relation} seen from ${target.branch}: ${step === "none" ? "nothing to bring over" : step}.`);
  switch (step) {
    case "none":
      return completeEarlier(sync, target);
    case "fast-forward":
      return fastForward(sync, target);
    case "merge":
      return merge(sync, target);
    case "replace": {
      const replaced = await replaceTarget(sync, target);
      return replaced?.status === "synced" ? startDeploy(sync, replaced) : replaced;
    }
  }
}

async function fastForward(sync: Sync, target: Target): Promise<SyncedTarget | undefined> {
  const { ports, source } = sync;
  const brought = await ports.repository.commitsBetween(target.tip, source.commit);
  assertGoing(ports);
  const move = () => ports.gitWriter.moveRef({ branch: target.branch, expected: target.tip, to: source.commit });
  let moved = await move();
  // A rule may ask for nothing but the check, which no workflow makes for this branch. With a pull request open, it asks for more.
  if (moved.kind === "refused" && moved.reason === "branch-protected" && sync.inputs.statusContext !== "" && target.request.tip === undefined) {
    await setStatus(sync, source.commit);
    moved = await move();
  }
  if (moved.kind === "stale") return undefined;
  if (moved.kind === "refused") return requestMerge(sync, target, { reason: moved.reason, rule: moved.message });
  const synced = await startDeploy(sync, { ...untouched(target), status: "synced", how: "fast-forward", reason: "ok", after: source.commit, brought });
  await removeRequestBranch(sync, target, source.commit);
  return synced;
}

async function merge(sync: Sync, target: Target): Promise<SyncedTarget | undefined> {
  const { ports, source } = sync;
  const brought = await ports.repository.commitsBetween(target.tip, source.commit);
  assertGoing(ports);
  const message = `Sync ${source.branch} into ${target.branch}\n\nMerges ${source.commit}.`;
  const merged = await ports.gitWriter.merge({ branch: target.branch, head: source.commit, message });
  switch (merged.kind) {
    case "nothing":
      // Somebody else brought it over since the look.
      return undefined;
    case "conflict":
      return requestMerge(sync, target, { reason: "merge-conflicts", rule: "" });
    case "refused":
      return requestMerge(sync, target, { reason: merged.reason, rule: merged.message });
    case "merged": {
      const synced = await startDeploy(sync, { ...untouched(target), status: "synced", how: "merge", reason: "ok", after: merged.commit, brought });
      await setStatus(sync, merged.commit);
      await removeRequestBranch(sync, target, merged.commit);
      return synced;
    }
  }
}

/**
 * The target contains the source. In a re-run, what follows from moving it may be missing: the deploy is started unless
 * its content is recorded as deployed, and a merge gets its status. Otherwise only a branch that nobody needs is deleted.
 */
async function completeEarlier(sync: Sync, target: Target): Promise<SyncedTarget> {
  const { inputs, ports, source } = sync;
  let done = untouched(target);
  if (isRerun(ports)) {
    const owed = target.role === "staging" && inputs.deployWorkflow !== "" && !(await isDeployed(sync, { branch: target.branch, commit: target.tip }));
    if (owed) done = await startDeploy(sync, done);
    await ports.git.fetch([target.tip]);
    const parents = await ports.git.parents(target.tip);
    if (parents.length === 2 && parents[1] === source.commit) await setStatus(sync, target.tip);
  }
  await removeRequestBranch(sync, target, target.tip);
  return done;
}
