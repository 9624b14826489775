import { statedChannel } from "../canonical/canonical-form.ts";
import { own } from "../canonical/json.ts";
import { matchAgents } from "../plan/match-agents.ts";
import { ActionError } from "../errors.ts";
import type { AgentListing } from "../ports/retell.ts";
import type { Workspace } from "../project/workspace.ts";
import type { RecordedState } from "../state/recorded.ts";
import { folderNameOf, takeName } from "./folder-name.ts";

/** One workspace of the import: what it lists and what was recorded of it. */
export interface ListedWorkspace {
  readonly workspace: Workspace;
  readonly listings: readonly AgentListing[];
  readonly recorded: RecordedState;
}

/** Agents that become one folder: one of each workspace at most. */
export interface Candidate {
  readonly folder: string;
  /** As the console shows it. */
  readonly displayName: string;
  readonly members: readonly { readonly workspace: Workspace; readonly listing: AgentListing }[];
  /** True if an earlier import recorded it, and its pull request has not been merged. */
  readonly isWaiting: boolean;
}

/** An agent that is left alone, with the reason for people. */
export interface LeftAlone {
  readonly workspace: string;
  readonly displayName: string;
  readonly agentId: string;
  readonly reason: string;
}

/** An agent that Git has already. */
export interface ManagedAgent {
  readonly workspace: string;
  readonly folder: string;
  readonly agentId: string;
}

/** Which agents an import takes. */
export interface Candidates {
  /** Chosen ones, by folder. */
  readonly chosen: readonly Candidate[];
  readonly managed: readonly ManagedAgent[];
  /** Recorded by an import that other workspaces had a part in: what waits for the pull request stays as it is. */
  readonly carried: readonly ManagedAgent[];
  readonly nameTaken: readonly LeftAlone[];
  /** Folders of agents that the patterns do not choose. */
  readonly notChosen: readonly string[];
  /** Lower-case names that are taken, those of all candidates included. */
  readonly taken: Set<string>;
}

export interface CandidatesInput {
  /** In the order of workspaces.json. */
  readonly workspaces: readonly ListedWorkspace[];
  /** What is recorded of workspaces that take no part. */
  readonly others: ReadonlyMap<string, RecordedState>;
  readonly patterns: readonly string[];
  /** Folders below `agents/` on the base, readable or not. */
  readonly folders: ReadonlySet<string>;
  /** By workspace: display names of agents of the base that nothing is recorded of there, with their folders. */
  readonly unrecorded: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Names in `moved`, which stand for other agents. */
  readonly movedNames: readonly string[];
}

/** Decides which agents become folders, of what name, and which of them are imported. Pure; the order of lists does not matter. */
export function findCandidates(input: CandidatesInput): Candidates {
  const managed: ManagedAgent[] = [];
  const carried: ManagedAgent[] = [];
  const nameTaken: LeftAlone[] = [];
  const waiting = new Map<string, Candidate["members"]>();
  const fresh: Candidate["members"][number][] = [];
  for (const { workspace, listings, recorded } of input.workspaces) {
    const byId = recordedById(recorded);
    for (const listing of [...listings].sort(byNameThenId)) {
      const record = byId.get(listing.agentId);
      const place = record && { workspace: workspace.name, folder: record.folder, agentId: listing.agentId };
      if (record === undefined || place === undefined) {
        const reason = whyNameTaken(listing, workspace, input);
        if (reason === undefined) fresh.push({ workspace, listing });
        else nameTaken.push({ workspace: workspace.name, displayName: listing.name, agentId: listing.agentId, reason });
      } else if (!record.isImported || input.folders.has(record.folder)) managed.push(place);
      else if (isOfOthers(record.folder, input)) carried.push(place);
      else waiting.set(record.folder, [...(waiting.get(record.folder) ?? []), { workspace, listing }]);
    }
  }
  const taken = takenNames(input);
  const candidates = [...named(pair(fresh, waiting), taken)].sort((a, b) => (a.folder < b.folder ? -1 : 1));
  const known = [...candidates.flatMap(({ folder, displayName }) => [folder, displayName]), ...managed.map(({ folder }) => folder), ...carried.map(({ folder }) => folder), ...nameTaken.map(({ displayName }) => displayName)];
  checkPatterns(input.patterns, known);
  // What waits for the pull request stays in it, whatever is chosen today.
  const chosen = candidates.filter((candidate) => candidate.isWaiting || isChosen(candidate, input.patterns));
  return { chosen, managed, carried, nameTaken, notChosen: candidates.filter((candidate) => !chosen.includes(candidate)).map(({ folder }) => folder), taken };
}

/** An agent of the same name that has a folder already must not get a second one. */
function whyNameTaken({ name, channel }: AgentListing, workspace: Workspace, { unrecorded, others, folders }: CandidatesInput): string | undefined {
  const folder = unrecorded.get(workspace.name)?.get(name);
  if (folder !== undefined) return `The folder ${folder} has this display name, and nothing was deployed from it to ${workspace.name} yet. Run deploy with adopt: true to take the agent over, or rename one of the two.`;
  if (name.trim() === "") return undefined;
  for (const [other, recorded] of others) {
    for (const [waiting, record] of recorded.agents) {
      if (record.kind !== "state" || record.state.imported !== true || folders.has(waiting)) continue;
      const seen = record.state.seen?.agent;
      if (own(seen, "agent_name") === name && seen !== undefined && statedChannel(seen) === channel) return `The folder ${waiting} has this display name and waits in the import's pull request, made of ${other}. Import ${other} and ${workspace.name} together, so that they share it.`;
    }
  }
  return undefined;
}

function recordedById(recorded: RecordedState): Map<string, { folder: string; isImported: boolean }> {
  return new Map(
    [...recorded.agents].flatMap(([folder, record]) =>
      record.kind === "state" && record.state.agent_id !== null ? [[record.state.agent_id, { folder, isImported: record.state.imported === true }] as const] : [],
    ),
  );
}

/** True if a workspace that takes no part has a part in what waits: it cannot be made again without reading that one too. */
function isOfOthers(folder: string, { others }: CandidatesInput): boolean {
  return [...others.values()].some((recorded) => isImportOf(recorded, folder));
}

function isImportOf(recorded: RecordedState, folder: string): boolean {
  const record = recorded.agents.get(folder);
  return record?.kind === "state" && record.state.imported === true;
}

function takenNames({ folders, workspaces, others, movedNames }: CandidatesInput): Set<string> {
  const recorded = [...workspaces.map((one) => one.recorded), ...others.values()];
  return new Set([...folders, ...recorded.flatMap(({ agents }) => [...agents.keys()]), ...movedNames].map((name) => name.toLowerCase()));
}

interface Unnamed {
  readonly folder: string | undefined;
  readonly displayName: string;
  readonly members: Candidate["members"];
}

/** The same display name and channel, once in each of several workspaces, is one agent; whether the engine is of one kind shows when it is read. */
function pair(fresh: Candidate["members"], waiting: ReadonlyMap<string, Candidate["members"]>): Unnamed[] {
  const keyOf = ({ listing }: Candidate["members"][number]): string => JSON.stringify([listing.name, listing.channel]);
  const groups = new Map<string, Candidate["members"][number][]>();
  for (const member of fresh) groups.set(keyOf(member), [...(groups.get(keyOf(member)) ?? []), member]);
  const known: { folder: string; displayName: string; members: Candidate["members"][number][] }[] = [...waiting].map(([folder, members]) => ({ folder, displayName: members[0]?.listing.name ?? "", members: [...members] }));
  const made: Unnamed[] = [];
  for (const members of groups.values()) {
    const [first] = members;
    if (first === undefined) continue;
    const names = members.map(({ workspace }) => workspace.name);
    const isPair = first.listing.name.trim() !== "" && new Set(names).size === names.length;
    const partners = known.filter((candidate) => candidate.members.some((member) => keyOf(member) === keyOf(first)));
    const [partner] = partners;
    if (isPair && partner !== undefined && partners.length === 1 && !partner.members.some(({ workspace }) => names.includes(workspace.name))) partner.members.push(...members);
    else made.push(...(isPair && partner === undefined ? [members] : members.map((member) => [member])).map((group) => ({ folder: undefined, displayName: first.listing.name, members: group })));
  }
  return [...known, ...made];
}

function* named(groups: readonly Unnamed[], taken: Set<string>): Generator<Candidate> {
  const idOf = ({ members }: Unnamed): string => members[0]?.listing.agentId ?? "";
  for (const { folder, displayName, members } of groups) if (folder !== undefined) yield { folder, displayName, members, isWaiting: true };
  const unnamed = groups.filter(({ folder }) => folder === undefined).sort((a, b) => compare(a.displayName, b.displayName) || compare(idOf(a), idOf(b)));
  for (const group of unnamed) {
    yield { folder: takeName(folderNameOf(group.displayName, idOf(group)), taken), displayName: group.displayName, members: group.members, isWaiting: false };
  }
}

function isChosen({ folder, displayName }: Candidate, patterns: readonly string[]): boolean {
  const names = [folder, displayName];
  const [includes, excludes] = [patterns.filter((pattern) => !pattern.startsWith("!")), patterns.filter((pattern) => pattern.startsWith("!"))];
  return matchAgents(includes, names).length > 0 && matchAgents(excludes, names).length === names.length;
}

/** A pattern that is meant to choose something and chooses nothing is an error: a mistyped name must not end as "nothing to do". */
function checkPatterns(patterns: readonly string[], known: readonly string[]): void {
  for (const pattern of patterns) {
    if (pattern.startsWith("!") || pattern === "*" || matchAgents([pattern], known).length > 0) continue;
    throw new ActionError("no-agents-selected", `agents: ${JSON.stringify(pattern)} matches no agent of the workspaces, neither by its name in the console nor by the folder that it would get.`);
  }
}

function byNameThenId(a: AgentListing, b: AgentListing): number {
  return compare(a.name, b.name) || compare(a.agentId, b.agentId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
