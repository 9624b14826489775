import type { PlannedPublication } from "@retell-actions/core/apply/publish-versions";
import { readHolder } from "@retell-actions/core/apply/read-holder";
import { readStateAt } from "@retell-actions/core/apply/read-state";
import { checkOrganization } from "@retell-actions/core/apply/read-target";
import { readVersion } from "@retell-actions/core/apply/read-version";
import { createFingerprint } from "@retell-actions/core/canonical/fingerprint";
import type { ReferenceValues } from "@retell-actions/core/canonical/symbols";
import { draftOf, planPublication } from "@retell-actions/core/plan/plan-publish";
import { ownFolders } from "@retell-actions/core/plan/plan-workspace";
import type { ActionPorts, OpenedWorkspace } from "@retell-actions/core/ports/action-ports";
import type { Workspace, WorkspacesFile } from "@retell-actions/core/project/workspace";
import type { RecordedState } from "@retell-actions/core/state/recorded";
import { recordedResourceIds } from "@retell-actions/core/state/resource-records";
import { stateBranch, type PendingRun } from "@retell-actions/core/state/workspace-state";
import { stopped, type Ending } from "./report.ts";
import { runUrl } from "@retell-actions/core/report/run-url";

/** What the steps of one run share. */
export interface Scene {
  readonly ports: ActionPorts;
  readonly workspaces: WorkspacesFile;
  readonly workspace: Workspace;
  readonly directory: string;
  readonly commit: string;
  /** Names of folders, sorted. */
  readonly selected: readonly string[];
  readonly retell: OpenedWorkspace;
}

/** The workspace, read and decided. */
export interface Read {
  readonly recorded: RecordedState;
  readonly known: ReadonlyMap<string, string>;
  readonly agents: readonly PlannedPublication[];
  readonly references: ReferenceValues;
  readonly leftover: PendingRun | undefined;
}

/** Reads state and Retell, and decides about every selected agent; or tells why nothing may be published at all. */
export async function readScene(scene: Scene): Promise<Read | Ending> {
  const { ports, workspace, retell, workspaces, directory } = scene;
  const branch = stateBranch(directory, workspace.name);
  const tip = (await ports.git.remoteTips([branch])).get(branch);
  if (tip !== undefined) await ports.git.fetch([tip]);
  const [{ recorded, files }, organization] = await Promise.all([readStateAt({ git: ports.git, tip, workspace: workspace.name }), retell.reader.readOrganization()]);
  if (recorded.workspace.kind === "unreadable") {
    return stopped("failed", "unreadable-state", `workspace.json on the state branch cannot be read: ${recorded.workspace.problem}. Restore it from the branch's history.`);
  }
  checkOrganization(workspace, recorded, organization);
  const pending = recorded.workspace.kind === "state" ? recorded.workspace.state.pending : null;
  if (pending !== null) {
    const self = { runId: ports.job.runId, attempt: ports.job.runAttempt, job: ports.job.job, now: ports.clock.now() };
    const holder = await readHolder(pending, self, ports.repository);
    if (!holder.isOver) return stopped("failed", "busy", `Run ${pending.run} (attempt ${pending.attempt}) holds ${workspace.name}: ${runUrl(ports.job, pending.run)}. Nothing was published; run again when it is over.`);
  }
  const salt = recorded.workspace.kind === "state" ? recorded.workspace.state.salt : "";
  const references: ReferenceValues = { secrets: ports.secrets, fingerprint: createFingerprint(salt), ...recordedIds(recorded, workspaces), ...recordedResourceIds(recorded.resources) };
  const repositoryId = ports.job.repositoryId ?? (await ports.repository.repositoryId());
  const agents = await Promise.all(
    scene.selected.map(async (name): Promise<PlannedPublication> => {
      const recordName = recordNameOf(name, recorded, workspaces);
      const sides = { name, record: recorded.agents.get(recordName), ownFolders: ownFolders(name, workspaces.moved, directory), repositoryId, references };
      const draft = draftOf(sides.record);
      const reading = draft === undefined ? undefined : await readVersion({ reader: retell.reader, draft, isProduction: workspace.kind === "production" });
      return { plan: planPublication({ ...sides, reading }), sides, recordName };
    }),
  );
  const count = (step: string): number => agents.filter(({ plan }) => plan.step === step).length;
  ports.log.info(`${agents.length} agents: ${count("publish")} to publish, ${count("record")} published already and not recorded, ${count("none")} with nothing to do, ${count("refuse") + count("fail")} that cannot be published`);
  const known = new Map([...files].flatMap(([path, file]) => (file.text === undefined ? [] : [[path, file.text] as const])));
  return { recorded, known, agents, references, leftover: pending ?? undefined };
}

/** Ids of all recorded agents, also under the names that they were moved to, and the ids that they had before. */
function recordedIds(recorded: RecordedState, workspaces: WorkspacesFile): Pick<ReferenceValues, "agentIds"> & { formerIds: ReadonlyMap<string, ReadonlySet<string>> } {
  const agentIds = new Map<string, string>();
  const formerIds = new Map<string, ReadonlySet<string>>();
  const moved = workspaces.moved.flatMap((move) => (move.kind === "agent" && move.to !== null ? [move.to] : []));
  for (const name of [...recorded.agents.keys(), ...moved]) {
    const record = recorded.agents.get(recordNameOf(name, recorded, workspaces));
    if (record?.kind !== "state") continue;
    if (record.state.agent_id !== null) agentIds.set(name, record.state.agent_id);
    formerIds.set(name, new Set(record.state.former_agent_ids ?? []));
  }
  return { agentIds, formerIds };
}

/** The name under which an agent is recorded: its own, or the one that it was moved from while no deploy has recorded that. */
function recordNameOf(name: string, recorded: RecordedState, { moved }: WorkspacesFile): string {
  if (recorded.agents.has(name)) return name;
  return moved.find((move) => move.kind === "agent" && move.to === name && recorded.agents.has(move.from))?.from ?? name;
}
