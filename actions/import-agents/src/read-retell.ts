import { readHolder } from "@retell-actions/core/apply/read-holder";
import { readMembers } from "@retell-actions/core/apply/read-members";
import { checkOrganization } from "@retell-actions/core/apply/read-target";
import { displayName } from "@retell-actions/core/apply/read-workspace";
import { ActionError } from "@retell-actions/core/errors";
import { findCandidates, type Candidate, type Candidates, type LeftAlone, type ListedWorkspace } from "@retell-actions/core/import/candidates";
import { groupMembers, type GroupedMembers } from "@retell-actions/core/import/group-members";
import type { LiveMember } from "@retell-actions/core/import/live-member";
import type { ReasonCode } from "@retell-actions/core/outcome";
import { recordFor } from "@retell-actions/core/plan/agent-records";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { Organization, RetellReader } from "@retell-actions/core/ports/retell";
import type { Workspace } from "@retell-actions/core/project/workspace";
import type { GitWorld } from "./read-world.ts";

/** An agent that Retell did not give. */
export interface UnreadAgent extends LeftAlone {
  readonly code: ReasonCode;
}

/** What Retell holds of the agents that are to be imported. */
export interface RetellWorld {
  readonly organizations: ReadonlyMap<string, Organization>;
  readonly candidates: Candidates;
  readonly grouped: GroupedMembers;
  readonly unread: readonly UnreadAgent[];
  /** The repository's numeric id. */
  readonly repositoryId: number;
}

/** Asks every workspace first, so that a wrong key or a running deploy stops the run before anything is read or written. */
export async function readRetell(world: GitWorld, patterns: readonly string[], ports: ActionPorts): Promise<RetellWorld> {
  const readers = new Map<string, RetellReader>();
  const organizations = new Map<string, Organization>();
  const listed: ListedWorkspace[] = [];
  for (const workspace of world.wanted) {
    const { reader } = ports.openRetell(workspace, "read", world.wanted.length === 1);
    const recorded = world.records.get(workspace.name)?.recorded;
    if (recorded === undefined) continue;
    await checkFree(workspace, recorded, ports);
    const organization = await reader.readOrganization();
    checkOrganization(workspace, recorded, organization);
    organizations.set(workspace.name, organization);
    readers.set(workspace.name, reader);
    listed.push({ workspace, listings: await reader.listAgents(), recorded });
  }
  checkDistinct(organizations);
  const candidates = findCandidates({
    workspaces: listed,
    others: new Map([...world.records].filter(([name]) => !readers.has(name)).map(([name, { recorded }]) => [name, recorded] as const)),
    patterns,
    folders: foldersOf(world),
    unrecorded: unrecordedNames(world),
    movedNames: world.workspaces.moved.flatMap(({ kind, from, to }) => (kind === "agent" ? [from, ...(to === null ? [] : [to])] : [])),
  });

  const members = new Map<string, Map<string, LiveMember>>();
  const unread: UnreadAgent[] = [];
  for (const { workspace, listings } of listed) {
    const reader = readers.get(workspace.name);
    if (reader === undefined) continue;
    const readings = await ports.log.group(`Read ${workspace.name}`, () => readMembers({ reader, log: ports.log, workspace, chosen: candidates.chosen }));
    const read = new Map<string, LiveMember>();
    members.set(workspace.name, read);
    for (const [agentId, reading] of readings) {
      if (reading.kind === "read") read.set(agentId, reading.member);
      else if (reading.kind === "unreadable") unread.push({ workspace: workspace.name, displayName: listings.find((listing) => listing.agentId === agentId)?.name ?? "", agentId, reason: reading.problem, code: reading.reason });
    }
  }
  const repositoryId = ports.job.repositoryId ?? (await ports.repository.repositoryId());
  // An agent that could not be read in one workspace is left out of all: its folder would say that it is not there.
  const isMissing = ({ workspace, listing }: Candidate["members"][number]): boolean => unread.some((one) => one.workspace === workspace.name && one.agentId === listing.agentId);
  const readable = { ...candidates, chosen: candidates.chosen.filter((candidate) => !candidate.members.some(isMissing)) };
  const grouped = groupMembers({ chosen: readable.chosen, members, repositoryId, workingDirectory: world.directory, folders: foldersOf(world), taken: candidates.taken });
  return { organizations, candidates: readable, grouped, unread, repositoryId };
}

/** Folders below `agents/` on the base, whatever is in them. */
export function foldersOf({ files, prefix }: Pick<GitWorld, "files" | "prefix">): Set<string> {
  const below = `${prefix}agents/`;
  return new Set([...files.keys()].flatMap((path) => (path.startsWith(below) ? [path.slice(below.length).split("/")[0] ?? ""] : [])));
}

/** Display names of the base's agents that a workspace has no record of: a deploy there would make them, or take over. */
function unrecordedNames({ project, records, workspaces }: GitWorld): Map<string, Map<string, string>> {
  return new Map(
    [...project.desired].map(([workspace, agents]) => {
      const recorded = records.get(workspace)?.recorded;
      const names = [...agents.values()].flatMap((agent): [string, string][] => {
        const shown = displayName(agent);
        const isRecorded = recorded !== undefined && recordFor(agent.name, { recorded, moved: workspaces.moved }) !== undefined;
        return shown === undefined || isRecorded ? [] : [[shown, agent.name]];
      });
      return [workspace, new Map(names)] as const;
    }),
  );
}

async function checkFree(workspace: Workspace, recorded: ListedWorkspace["recorded"], ports: ActionPorts): Promise<void> {
  const pending = recorded.workspace.kind === "state" ? recorded.workspace.state.pending : null;
  if (pending === null) return;
  const self = { runId: ports.job.runId, attempt: ports.job.runAttempt, job: ports.job.job, now: ports.clock.now() };
  if ((await readHolder(pending, self, ports.repository)).isOver) return;
  throw new ActionError("busy", `Run ${pending.run} holds ${workspace.name} at the moment. Run the import again once it is over.`);
}

/** Two workspaces of one organisation would claim the same agents twice. */
function checkDistinct(organizations: ReadonlyMap<string, Organization>): void {
  const byId = new Map<string, string>();
  for (const [workspace, { id, name }] of organizations) {
    const key = id ?? name;
    const other = byId.get(key);
    if (other !== undefined) throw new ActionError("wrong-organization", `The API keys for ${other} and ${workspace} belong to the same Retell organisation "${name}". Give each workspace the key of its own.`);
    byId.set(key, workspace);
  }
}
