import type { PlannedPublication } from "@retell-actions/core/apply/publish-versions";
import { readHolder } from "@retell-actions/core/apply/read-holder";
import { readRecord } from "@retell-actions/core/apply/read-state";
import { checkOrganization } from "@retell-actions/core/apply/read-target";
import { readVersion } from "@retell-actions/core/apply/read-version";
import { createFingerprint } from "@retell-actions/core/canonical/fingerprint";
import type { ReferenceValues } from "@retell-actions/core/canonical/symbols";
import { draftOf, planPublication } from "@retell-actions/core/plan/plan-publish";
import { ownFolders, recordFor, recordName } from "@retell-actions/core/plan/agent-records";
import type { ActionPorts, OpenedWorkspace } from "@retell-actions/core/ports/action-ports";
import { knownName } from "@retell-actions/core/project/moves";
import type { Workspace, WorkspacesFile } from "@retell-actions/core/project/workspace";
import { recordPlaces } from "@retell-actions/core/state/former-record";
import type { RecordedState } from "@retell-actions/core/state/recorded";
import { recordedResourceIds } from "@retell-actions/core/state/resource-records";
import type { PendingRun } from "@retell-actions/core/state/workspace-state";
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
  const places = recordPlaces(workspace.name, { moved: workspaces.moved, workingDirectory: directory });
  const tips = await ports.git.remoteTips(places.map(({ branch }) => branch));
  await ports.git.fetch([...new Set(tips.values())]);
  const [{ recorded, files }, organization] = await Promise.all([readRecord({ git: ports.git, tips, places }), retell.reader.readOrganization()]);
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
      const recordedAs = recordName(name, { recorded, moved: workspaces.moved }) ?? name;
      const sides = { name, record: recorded.agents.get(recordedAs), ownFolders: ownFolders(name, workspaces.moved, directory), repositoryId, references };
      const draft = draftOf(sides.record);
      const reading = draft === undefined ? undefined : await readVersion({ reader: retell.reader, draft, isProduction: workspace.kind === "production" });
      return { plan: planPublication({ ...sides, reading }), sides, recordName: recordedAs };
    }),
  );
  const count = (step: string): number => agents.filter(({ plan }) => plan.step === step).length;
  ports.log.info(`${agents.length} agents: ${count("publish")} to publish, ${count("record")} published already and not recorded, ${count("none")} with nothing to do, ${count("refuse") + count("fail")} that cannot be published`);
  const known = new Map([...files].flatMap(([path, file]) => (file.text === undefined ? [] : [[path, file.text] as const])));
  return { recorded, known, agents, references, leftover: pending ?? undefined };
}

/**
 * Ids of all recorded agents, and the ids that they had before. An agent that was moved has its id under all its names:
 * what refers to it may have been deployed before or after.
 */
function recordedIds(recorded: RecordedState, { moved }: WorkspacesFile): Pick<ReferenceValues, "agentIds"> & { formerIds: ReadonlyMap<string, ReadonlySet<string>> } {
  const agentIds = new Map<string, string>();
  const formerIds = new Map<string, ReadonlySet<string>>();
  const renamed = moved.flatMap((move) => (move.kind === "agent" ? [move.from, ...(move.to === null ? [] : [move.to])] : []));
  for (const name of new Set([...recorded.agents.keys(), ...renamed])) {
    const record = recorded.agents.get(name) ?? recordFor(knownName(name, (candidate) => recorded.agents.has(candidate), { kind: "agent", moved }) ?? name, { recorded, moved });
    if (record?.kind !== "state") continue;
    if (record.state.agent_id !== null) agentIds.set(name, record.state.agent_id);
    formerIds.set(name, new Set(record.state.former_agent_ids ?? []));
  }
  return { agentIds, formerIds };
}
