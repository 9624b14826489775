import { canonicalJson } from "../canonical/content-hash.ts";
import { markFolder, parseMark } from "../state/ownership-mark.ts";
import type { Candidate, LeftAlone, ManagedAgent } from "./candidates.ts";
import { takeName } from "./folder-name.ts";
import type { LiveGroup, LiveMember } from "./live-member.ts";

/** What the chosen agents turned out to be once they were read. */
export interface GroupedMembers {
  readonly groups: readonly LiveGroup[];
  /** Agents that bear another owner's mark. */
  readonly notOurs: readonly LeftAlone[];
  /** Agents that bear our mark for a folder that exists: a lost record, which deploy finds again. */
  readonly managed: readonly ManagedAgent[];
}

/**
 * Groups what was read: agents of another kind of engine than the first of their name get folders of their own, and
 * versions with an owner's mark are left alone. `taken` holds lower-case names and gets the new ones.
 */
export function groupMembers(input: {
  readonly chosen: readonly Candidate[];
  /** By workspace and agent id; an agent that is missing could not be read. */
  readonly members: ReadonlyMap<string, ReadonlyMap<string, LiveMember>>;
  readonly repositoryId: number;
  readonly workingDirectory: string;
  readonly folders: ReadonlySet<string>;
  readonly taken: Set<string>;
}): GroupedMembers {
  const groups: LiveGroup[] = [];
  const notOurs: LeftAlone[] = [];
  const managed: ManagedAgent[] = [];
  for (const candidate of input.chosen) {
    const kept: LiveMember[] = [];
    for (const { workspace, listing } of candidate.members) {
      const member = input.members.get(workspace.name)?.get(listing.agentId);
      if (member === undefined) continue;
      const mark = parseMark(member.agent.title);
      const folder = mark?.repositoryId === input.repositoryId ? [...input.folders].find((name) => markFolder(input.workingDirectory, name) === mark.folder) : undefined;
      const isOwn = mark?.repositoryId === input.repositoryId && mark.folder === markFolder(input.workingDirectory, candidate.folder);
      if (folder !== undefined) managed.push({ workspace: workspace.name, folder, agentId: listing.agentId });
      else if (mark === undefined || isOwn) kept.push(member);
      else notOurs.push({ workspace: workspace.name, displayName: listing.name, agentId: listing.agentId, reason: `Its version bears the mark of repository ${mark.repositoryId}, folder ${mark.folder}.` });
    }
    groups.push(...byEngine(candidate, kept, input.taken));
  }
  return { groups, notOurs, managed };
}

/** The same name with another kind of engine is another agent: a folder has one kind in all workspaces. */
function byEngine({ folder, displayName }: Candidate, members: readonly LiveMember[], taken: Set<string>): LiveGroup[] {
  const kinds = new Map<string, LiveMember[]>();
  for (const member of members) {
    const kind = canonicalJson([member.agent.channel, member.agent.engine.kind]);
    kinds.set(kind, [...(kinds.get(kind) ?? []), member]);
  }
  return [...kinds.values()].map((group, index) => ({ folder: index === 0 ? folder : takeName(folder, taken), displayName, members: group }));
}
