import { readFilesAt } from "@retell-actions/core/apply/read-files";
import { readRecord } from "@retell-actions/core/apply/read-state";
import { contentHash } from "@retell-actions/core/canonical/content-hash";
import type { Json } from "@retell-actions/core/canonical/json";
import { ActionError } from "@retell-actions/core/errors";
import { validateProject } from "@retell-actions/core/project/validate-project";
import type { SyncedTarget } from "@retell-actions/core/report/sync-report";
import { recordPlaces } from "@retell-actions/core/state/former-record";
import { repositoryUrl, type Sync } from "./sync.ts";

/**
 * Starts the deploy of a target that has been moved, if it deploys anywhere. A deploy that cannot be started leaves the
 * move as it is, and says how to start it by hand.
 */
export async function startDeploy(sync: Sync, moved: SyncedTarget): Promise<SyncedTarget> {
  const { inputs, ports } = sync;
  const file = inputs.deployWorkflow;
  if (moved.role !== "staging" || file === "") return moved;
  const failed = (why: string): SyncedTarget => ({
    ...moved,
    deploy: "failed",
    reason: "dispatch-failed",
    message: [
      ...(moved.message === undefined ? [] : [moved.message]),
      `${moved.branch} contains ${sync.source.branch}, but its deploy was not started: ${why}`,
      `Start it by hand: ${repositoryUrl(ports)}/actions/workflows/${file} ("Run workflow" on the branch ${moved.branch}). Without such a workflow, set deploy-workflow to another file or to none.`,
    ].join("\n"),
  });
  if (ports.signal.aborted) return failed("The run was cancelled.");
  try {
    const started = await ports.workflows.dispatch({ file, branch: moved.branch });
    if (started.kind !== "started") return failed(started.message);
    ports.log.info(`Started ${file} on ${moved.branch}.`);
    return { ...moved, deploy: "started" };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return failed(error.message);
  }
}

/**
 * Whether all that a commit says for the workspaces of a branch is recorded as deployed. What cannot be told is not:
 * one deploy too many changes nothing.
 */
export async function isDeployed({ ports, directory }: Sync, place: { readonly branch: string; readonly commit: string }): Promise<boolean> {
  const { git } = ports;
  const project = validateProject({ files: await readFilesAt(git, place.commit, directory), workingDirectory: directory });
  const names = project.workspaces?.workspaces.filter((workspace) => workspace.branch === place.branch).map((workspace) => workspace.name) ?? [];
  if (names.length === 0) return false;
  const moved = project.workspaces?.moved ?? [];
  for (const name of names) {
    const places = recordPlaces(name, { moved, workingDirectory: directory });
    const tips = await git.remoteTips(places.map(({ branch }) => branch));
    await git.fetch([...tips.values()]);
    const { recorded } = await readRecord({ git, tips, places });
    if (recorded.workspace.kind !== "state" || recorded.workspace.state.pending !== null) return false;
    for (const [agent, { content }] of project.desired.get(name) ?? []) {
      const record = recorded.agents.get(agent);
      if (record?.kind !== "state" || record.state.incomplete === true || record.state.config_hash !== contentHash(content as Json)) return false;
    }
  }
  return true;
}
