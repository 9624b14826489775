import { createFingerprint } from "../canonical/fingerprint.ts";
import { contentHash } from "../canonical/content-hash.ts";
import { PARTS, type Content } from "../canonical/content.ts";
import { ActionError } from "../errors.ts";
import { orphanedRecords } from "../plan/agent-records.ts";
import type { PlanContext, PlanOptions } from "../plan/options.ts";
import { planWorkspace, type WorkspaceSnapshot } from "../plan/plan-workspace.ts";
import type { AgentPlan, Plan } from "../plan/plan.ts";
import type { ResourcePlan } from "../plan/resource-plan.ts";
import type { StagingEvidence } from "../plan/staging-gate.ts";
import type { ActionPorts, OpenedWorkspace } from "../ports/action-ports.ts";
import type { Organization } from "../ports/retell.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { DesiredResources } from "../project/desired-resources.ts";
import type { Workspace, WorkspacesFile } from "../project/workspace.ts";
import { recordPlaces } from "../state/former-record.ts";
import { NO_STATE, type RecordedState } from "../state/recorded.ts";
import { stateBranch, type PendingRun } from "../state/workspace-state.ts";
import { NO_ENGINES } from "./read-live.ts";
import { readHolder } from "./read-holder.ts";
import { readRecord } from "./read-state.ts";
import { readResources } from "./read-resources.ts";
import { readPublished } from "./read-published.ts";
import { createTextPool, type TextPool } from "./text-pool.ts";
import { readUses, type ReadUsesInput } from "./read-uses.ts";
import { readLists, readRecorded, readWorkspace, type ReadWorkspaceInput } from "./read-workspace.ts";
import type { ProjectFiles } from "../project/files.ts";

/** Which workspace to look at, and what Git says for it. */
export interface TargetInput {
  readonly workspace: Workspace;
  readonly workspaces: WorkspacesFile;
  readonly desired: ReadonlyMap<string, DesiredAgent>;
  /** The same commit built for staging; undefined where there is none, or this is it. */
  readonly stagingDesired: ReadonlyMap<string, DesiredAgent> | undefined;
  /** What agents share, built for this workspace; absent where the caller has none to compare. */
  readonly resources?: DesiredResources | undefined;
  /** The same, built for staging. */
  readonly stagingResources?: DesiredResources | undefined;
  readonly workingDirectory: string;
  readonly commit: string;
  readonly options: PlanOptions;
  /** Chooses from all names of agents, desired and recorded. */
  readonly select: (names: readonly string[]) => ReadonlySet<string>;
  readonly retell: OpenedWorkspace;
  readonly repositoryId: number;
  /** Tips of branches on the server that the caller has just asked for, state branches among them; undefined asks again. */
  readonly tips?: ReadonlyMap<string, string>;
  /**
   * Of the chosen names, those that need not be read where nothing says that they changed, with a moment at or after which they were:
   * for looking only, since nothing is written over what was not read. Undefined reads all.
   */
  readonly mayRemember?: ((names: readonly string[]) => Promise<ReadonlyMap<string, number>>) | undefined;
}

/** The state branches that a run on this workspace may read, those of former names included. */
export function stateBranchesFor(workspace: Workspace, workspaces: WorkspacesFile, workingDirectory: string): string[] {
  const staging = workspace.kind === "production" ? workspaces.workspaces.filter((other) => other.kind === "staging") : [];
  return [workspace, ...staging].flatMap((one) => recordPlaces(one.name, { moved: workspaces.moved, workingDirectory }).map(({ branch }) => branch));
}

/** One workspace, read and planned. */
export interface Target {
  readonly plan: Plan;
  readonly context: PlanContext;
  readonly snapshot: WorkspaceSnapshot;
  readonly organization: Organization;
  /** The salt of fingerprints: the recorded one, or the one to record. */
  readonly salt: string;
  /** The texts of the record of a workspace that was renamed, which its first commit takes over; empty for any other. */
  readonly stateFiles: ProjectFiles;
  /** A run that holds the workspace now. */
  readonly busyWith: PendingRun | undefined;
  /** A run that is over left its journal behind. */
  readonly leftovers: boolean;
  /** True if runs kept recording while this was read, so that what stands in the way may be half of their work. */
  readonly unsettled: boolean;
}

/** How often a workspace is read because its state moved on meanwhile. */
const READING_TRIES = 3;

/**
 * Reads state and live side of one workspace and plans it. A difference on the console's side is confirmed before it is
 * believed: by reading those agents by themselves, and by looking whether another run has just moved the state. So is
 * whatever else stands in the way; what is written or recorded needs no look, since its commit fails on a moved state.
 * Throws `ActionError` for whatever concerns the workspace as a whole, such as a key of another organisation.
 */
export async function readTarget(input: TargetInput, ports: ActionPorts): Promise<Target> {
  for (let attempt = 1; ; attempt += 1) {
    const target = await readOnce(attempt === 1 ? input : withoutTips(input), ports);
    if (target.plan.stops.length === 0 && !target.plan.agents.some(isDoubtful) && target.plan.resources?.some(isDoubtfulResource) !== true) return target;
    if (await isLatest(target.snapshot.recorded, stateBranch(input.workingDirectory, input.workspace.name), ports)) return target;
    if (attempt === READING_TRIES) return { ...target, unsettled: true };
    ports.log.info("Another run has just recorded something; reading again.");
  }
}

/** Whether what was read is what stands there now. */
async function isLatest({ head, former }: RecordedState, branch: string, { git }: ActionPorts): Promise<boolean> {
  const tips = await git.remoteTips([branch, ...(former === undefined ? [] : [former.branch])]);
  return tips.get(branch) === head && (former === undefined || tips.get(former.branch) === former.head);
}

async function readOnce(input: TargetInput, ports: ActionPorts): Promise<Target> {
  const { workspace } = input;
  const stagingWorkspace = input.stagingDesired === undefined ? undefined : input.workspaces.workspaces.find((other) => other.kind === "staging");
  const pool = createTextPool();
  for (const { content } of input.desired.values()) shareContent(pool, content);
  const lists = readLists(input.retell.reader, new Set([...input.desired.values()].map(({ engine }) => engine)), pool);
  const organizationRead = input.retell.reader.readOrganization();
  // Awaited below; until then another failure may come first.
  for (const early of [lists, organizationRead]) early.catch(() => undefined);
  const { recorded, files, staging } = await readStates(input, stagingWorkspace, ports);
  for (const record of recorded.agents.values()) if (record.kind === "state") for (const side of [record.state.sent, record.state.seen]) shareContent(pool, side);
  const pending = recorded.workspace.kind === "state" ? recorded.workspace.state.pending : null;
  const self = { runId: ports.job.runId, attempt: ports.job.runAttempt, job: ports.job.job, now: ports.clock.now() };

  const names = [...new Set([...input.desired.keys(), ...orphanedRecords({ desired: input.desired, recorded, moved: input.workspaces.moved }).keys()])].sort();
  const selected = input.select(names);
  const reading = {
    reader: input.retell.reader,
    log: ports.log,
    workspace,
    desired: input.desired,
    recorded,
    moved: input.workspaces.moved,
    selected,
    repositoryId: input.repositoryId,
    workingDirectory: input.workingDirectory,
    lists,
    mayRemember: await input.mayRemember?.([...selected].sort()),
  };
  const shared = { desired: input.resources ?? new Map(), staging: input.stagingResources, records: recorded.resources, agents: input.desired, chosen: selected.size === names.length ? undefined : selected, prune: input.options.prune === "delete", retell: input.retell };
  const [organization, holder, live, resources] = await Promise.all([
    organizationRead.then((now) => {
      checkOrganization(workspace, recorded, now);
      return now;
    }),
    pending === null ? undefined : readHolder(pending, self, ports.repository),
    readWorkspace(reading),
    input.resources === undefined ? undefined : readResources(shared, ports),
  ]);
  const salt = saltOf(recorded, input.repositoryId, workspace.name);
  const context: PlanContext = {
    options: input.options,
    repositoryId: input.repositoryId,
    workingDirectory: input.workingDirectory,
    commit: input.commit,
    secrets: ports.secrets,
    fingerprint: createFingerprint(salt),
    pendingEndedAt: holder?.journalsEndedAt,
  };
  const snapshot: WorkspaceSnapshot = {
    workspace,
    desired: input.desired,
    recorded,
    live: live.live,
    lostEngines: live.lostEngines,
    unmanaged: live.unmanaged,
    moved: input.workspaces.moved,
    selected,
    staging,
    ...(resources === undefined ? {} : { resources }),
  };
  const planned = await planWithUses(await planConfirmed(snapshot, context, reading), context, { ...reading, components: input.retell.components?.reader });
  return {
    ...planned,
    context,
    organization,
    salt,
    stateFiles: files,
    busyWith: holder?.isOver === false && pending !== null ? pending : undefined,
    leftovers: holder?.isOver === true,
    unsettled: false,
  };
}

/**
 * What points at agents and at what they share is asked for only where one is to go or to give way: it takes reads of the
 * whole workspace, and the key may not be allowed to read all that.
 */
async function planWithUses(planned: { plan: Plan; snapshot: WorkspaceSnapshot }, context: PlanContext, reading: Pick<ReadUsesInput, "reader" | "lists" | "components">): Promise<{ plan: Plan; snapshot: WorkspaceSnapshot }> {
  const leaving = planned.plan.agents.filter((agent) => agent.operation === "delete" || agent.operation === "replace" || agent.blocks.some(({ reason }) => reason === "needs-replace"));
  const ids = new Set(leaving.flatMap(({ agentId }) => agentId ?? []));
  if (ids.size === 0 && planned.plan.resources?.some(({ operation }) => operation === "delete") !== true) return planned;
  const { live, recorded } = planned.snapshot;
  const published = await readPublished({ reader: reading.reader, lists: reading.lists, recorded, live });
  const uses = ids.size === 0 ? {} : { uses: await readUses({ reader: reading.reader, lists: reading.lists, components: reading.components, recorded, live, published, ids }) };
  const snapshot = { ...planned.snapshot, published, ...uses };
  return { plan: planWorkspace(snapshot, context), snapshot };
}

/** Plans; where the console seems to have changed something, the bulk-read engine may just be old: those agents are read by themselves. */
async function planConfirmed(
  snapshot: WorkspaceSnapshot,
  context: PlanContext,
  reading: Pick<ReadWorkspaceInput, "reader" | "log" | "workspace">,
): Promise<{ plan: Plan; snapshot: WorkspaceSnapshot }> {
  const plan = planWorkspace(snapshot, context);
  const doubtful = new Map(plan.agents.filter(differsInConsole).flatMap((agent) => (agent.agentId === null ? [] : [[agent.name, { agentId: agent.agentId, channel: agent.channel }] as const])));
  if (doubtful.size === 0) return { plan, snapshot };
  const again = await readRecorded(reading, doubtful, NO_ENGINES);
  const live = new Map(snapshot.live);
  for (const [name, now] of again) {
    const before = snapshot.live.get(name);
    live.set(name, now.kind === "present" && before?.kind === "present" ? { ...now, found: before.found, ...(before.unclear === undefined ? {} : { unclear: before.unclear }) } : now);
  }
  const confirmed = { ...snapshot, live };
  return { plan: planWorkspace(confirmed, context), snapshot: confirmed };
}

function differsInConsole(agent: AgentPlan): boolean {
  return agent.changes.some((change) => change.class === "console-edit" || change.class === "conflict");
}

/** Whether it would be said of the agent that something is wrong with it in Retell. */
function isDoubtful(agent: AgentPlan): boolean {
  return agent.blocks.length > 0 || agent.class === "missing-remote" || agent.class === "version-deleted" || differsInConsole(agent);
}

function isDoubtfulResource({ blocks, class: found, changes }: ResourcePlan): boolean {
  return blocks.length > 0 || found === "missing-remote" || changes.some((change) => change.class === "console-edit" || change.class === "conflict");
}

function shareContent(pool: TextPool, content: Content | null): void {
  for (const part of PARTS) pool.share(content?.[part]);
}

function withoutTips({ tips: _tips, ...input }: TargetInput): TargetInput {
  return input;
}

async function readStates(
  input: TargetInput,
  stagingWorkspace: Workspace | undefined,
  ports: ActionPorts,
): Promise<{ recorded: RecordedState; files: ProjectFiles; staging: StagingEvidence | undefined }> {
  const wanted = [input.workspace, ...(stagingWorkspace === undefined ? [] : [stagingWorkspace])];
  const places = wanted.map((workspace) => recordPlaces(workspace.name, { moved: input.workspaces.moved, workingDirectory: input.workingDirectory }));
  const branches = places.flatMap((some) => some.map(({ branch }) => branch));
  const tips = input.tips ?? (await ports.git.remoteTips(branches));
  await ports.git.fetch(branches.flatMap((branch) => tips.get(branch) ?? []));
  const [own, other] = await Promise.all(places.map((some) => readRecord({ git: ports.git, tips, places: some })));
  const staging =
    stagingWorkspace === undefined || input.stagingDesired === undefined || other === undefined
      ? undefined
      : { name: stagingWorkspace.name, desired: input.stagingDesired, recorded: other.recorded };
  // Only what a renamed workspace's first commit takes over is needed as text: all of it is as large as all the rest.
  return { recorded: own?.recorded ?? NO_STATE, files: own?.recorded.former === undefined ? new Map() : own.files, staging };
}

/** Throws `wrong-organization` if the key belongs to another organisation than the one that was deployed to. */
export function checkOrganization(workspace: Workspace, recorded: RecordedState, now: Organization): void {
  const known = recorded.workspace.kind === "state" ? recorded.workspace.state.organization : null;
  if (known === null) return;
  const same = known.id !== null && now.id !== null ? known.id === now.id : known.name === now.name;
  if (same) return;
  throw new ActionError(
    "wrong-organization",
    `The API key for ${workspace.name} belongs to the Retell organisation "${now.name}", but ${workspace.name} was deployed to "${known.name}". ` +
      `Set the key of the right organisation in ${workspace.apiKeyEnv}.`,
  );
}

/** The recorded salt. The first one is derived, so that reports made before the first deploy show the same fingerprints as later ones. */
export function saltOf(recorded: RecordedState, repositoryId: number, workspace: string): string {
  return recorded.workspace.kind === "state" ? recorded.workspace.state.salt : contentHash(["salt", repositoryId, workspace]);
}
