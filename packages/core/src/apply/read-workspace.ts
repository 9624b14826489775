import { statedEngine } from "../canonical/canonical-form.ts";
import { orphanedRecords, ownFolders, recordFor, recordName } from "../plan/agent-records.ts";
import type { LiveAgent, LiveReading } from "../plan/live.ts";
import type { Log } from "../ports/runner.ts";
import type { AgentAddress, AgentListing, EngineKind, RemoteEngine, RetellReader } from "../ports/retell.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { Move, Workspace } from "../project/workspace.ts";
import { parseMark } from "../state/ownership-mark.ts";
import type { RecordedState } from "../state/recorded.ts";
import { own } from "../canonical/json.ts";
import { recordedChannel } from "../state/agent-address.ts";
import { MAIN_PROMPT } from "../project/prompt-texts.ts";
import type { TextPool } from "./text-pool.ts";
import { ENGINE_PART, readLiveAgent, type EngineIndex } from "./read-live.ts";
import { rememberedAgent } from "./remembered-agent.ts";

/** What a workspace holds, as far as planning asks. */
export interface LiveWorkspace {
  readonly live: ReadonlyMap<string, LiveReading>;
  /** Engines that a dead run created for an agent that does not exist yet. */
  readonly lostEngines: ReadonlyMap<string, string>;
  readonly unmanaged: number;
}

export interface ReadWorkspaceInput {
  readonly reader: RetellReader;
  readonly log: Log;
  readonly workspace: Workspace;
  readonly desired: ReadonlyMap<string, DesiredAgent>;
  readonly recorded: RecordedState;
  readonly moved: readonly Move[];
  readonly selected: ReadonlySet<string>;
  readonly repositoryId: number;
  readonly workingDirectory: string;
  /** The workspace's lists, asked for by the caller as early as it could. */
  readonly lists: Promise<WorkspaceLists>;
  /** Agents that need not be read where nothing says that they changed, with a moment at or after which they were. */
  readonly mayRemember?: ReadonlyMap<string, number> | undefined;
}

/** The lists that a run reads once. */
export interface WorkspaceLists {
  /** Kinds of engines that were listed. */
  readonly kinds: ReadonlySet<EngineKind>;
  readonly agents: readonly AgentListing[];
  readonly engines: readonly RemoteEngine[];
}

/** Reads the lists side by side; of engines, only the kinds that are asked for. Their texts are shared with others of the pool. */
export async function readLists(reader: RetellReader, kinds: ReadonlySet<EngineKind>, pool?: TextPool): Promise<WorkspaceLists> {
  const held = HELD_KINDS.filter((kind) => kinds.has(kind));
  const [agents, ...engines] = await Promise.all([reader.listAgents(), ...held.map((kind) => reader.listEngines(kind))]);
  for (const { raw } of engines.flat()) pool?.share(raw);
  return { kinds: new Set(held), agents, engines: engines.flat() };
}

const HELD_KINDS = ["retell-llm", "conversation-flow"] as const;

/**
 * Reads what Retell holds of the selected agents: the lists once, then agents one by one (the adapter paces them). An
 * agent without a recorded id is looked for by our mark, so that neither a lost state nor a lost answer makes a second one.
 */
export async function readWorkspace(input: ReadWorkspaceInput): Promise<LiveWorkspace> {
  const { recorded } = input;
  const wanted = [...new Set([...input.desired.keys(), ...orphanedRecords(input).keys()])].filter((name) => input.selected.has(name)).sort();
  const ids = recordedAddresses(input);
  const engines = input.lists.then((lists): EngineIndex => new Map(lists.engines.map((engine) => [engine.id, engine])));
  // Awaited once an agent was read; a list that fails earlier must be reported like any other failure.
  engines.catch(() => undefined);
  const [live, lists] = await Promise.all([readOrRemember(input, new Map(wanted.flatMap((name) => entry(name, ids.get(name)))), engines), input.lists]);

  const managed = new Set([
    ...[...recorded.agents.values()].flatMap((record) => (record.kind === "state" && record.state.agent_id !== null ? [record.state.agent_id] : [])),
    ...[...input.desired].flatMap(([name, { legacyAgentId: id }]) => (id !== undefined && recordFor(name, input) === undefined ? [id] : [])),
  ]);
  // An agent that gave way to another one keeps our mark, but never is the one that is looked for.
  const former = new Set([...recorded.agents.values()].flatMap((record) => (record.kind === "state" ? (record.state.former_agent_ids ?? []) : [])));
  const strangers = lists.agents.filter((listing) => !managed.has(listing.agentId));
  const found = await findUnrecorded(input, { wanted: wanted.filter((name) => !ids.has(name)), strangers: strangers.filter(({ agentId }) => !former.has(agentId)), engines });
  for (const [name, reading] of found) live.set(name, reading);
  for (const [name, unclear] of await findRivals(input, { live, strangers: strangers.filter(({ agentId }) => !former.has(agentId)), engines })) {
    const reading = live.get(name);
    if (reading?.kind === "present") live.set(name, { ...reading, unclear });
  }
  for (const [name, reading] of live) {
    const sameName = reading.kind === "missing" ? strangers.filter((listing) => !former.has(listing.agentId) && listing.name === displayName(input.desired.get(name))) : [];
    if (reading.kind === "missing" && sameName.length > 0) live.set(name, { ...reading, sameName: sameName.map(({ agentId }) => agentId).sort() });
  }

  const adopted = new Set([...found.values()].flatMap((reading) => (reading.kind === "present" ? [reading.agent.agentId] : [])));
  return {
    live,
    lostEngines: lostEngines(input, wanted.filter((name) => (!ids.has(name) && !found.has(name)) || live.get(name)?.kind === "missing"), await engines),
    unmanaged: strangers.filter((listing) => !adopted.has(listing.agentId)).length,
  };
}

/** Agents of which the lists say that nothing changed are taken as they are recorded, if that is enough; all others are read. */
async function readOrRemember(input: ReadWorkspaceInput, ids: ReadonlyMap<string, AgentAddress | Promise<AgentAddress>>, engines: Promise<EngineIndex>): Promise<Map<string, LiveReading>> {
  const { mayRemember } = input;
  if (mayRemember === undefined || mayRemember.size === 0) return readRecorded(input, ids, engines);
  const [lists, index] = await Promise.all([input.lists, engines]);
  const listings = new Map(lists.agents.map((listing) => [listing.agentId, listing]));
  const remembered = new Map<string, LiveReading>();
  for (const name of ids.keys()) {
    const since = mayRemember.get(name);
    const record = recordFor(name, input) ?? input.recorded.agents.get(name);
    if (since === undefined || record?.kind !== "state") continue;
    const agent = rememberedAgent({ state: record.state, listing: listings.get(record.state.agent_id ?? ""), engines: index, since });
    if (agent !== undefined) remembered.set(name, agent);
  }
  input.log.info(`${remembered.size}/${ids.size} agents need no reading: Retell's lists say that nothing changed`);
  const read = await readRecorded(input, new Map([...ids].filter(([name]) => !remembered.has(name))), engines);
  return new Map([...ids.keys()].flatMap((name) => entry(name, remembered.get(name) ?? read.get(name))));
}

/** Reads agents by their recorded ids, whole, with progress in the log. */
export async function readRecorded(
  input: Pick<ReadWorkspaceInput, "reader" | "log" | "workspace">,
  ids: ReadonlyMap<string, AgentAddress | Promise<AgentAddress>>,
  engines: Promise<EngineIndex>,
): Promise<Map<string, LiveReading>> {
  const live = new Map<string, LiveReading>();
  await Promise.all(
    [...ids].map(async ([name, address]) => {
      live.set(name, await readLiveAgent({ reader: input.reader, address: await address, found: "recorded", engines, withPublished: input.workspace.kind === "production" }));
      if (live.size % 20 === 0 || live.size === ids.size) input.log.info(`${live.size}/${ids.size} agents read`);
    }),
  );
  return live;
}

function entry<T>(name: string, id: T | undefined): (readonly [string, T])[] {
  return id === undefined ? [] : [[name, id]];
}

/** Where a record does not tell the channel, the list of agents does. */
function recordedAddresses(input: ReadWorkspaceInput): Map<string, AgentAddress | Promise<AgentAddress>> {
  const ids = new Map<string, AgentAddress | Promise<AgentAddress>>();
  for (const name of [...input.desired.keys(), ...orphanedRecords(input).keys()]) {
    const record = recordFor(name, input) ?? input.recorded.agents.get(name);
    const legacy = record === undefined ? input.desired.get(name)?.legacyAgentId : undefined;
    const id = record?.kind === "state" ? record.state.agent_id : legacy;
    if (id === null || id === undefined) continue;
    const channel = record?.kind === "state" ? recordedChannel(record.state) : undefined;
    ids.set(name, channel === undefined ? listedAddress(id, input) : { agentId: id, channel });
  }
  return ids;
}

async function listedAddress(agentId: string, { lists }: ReadWorkspaceInput): Promise<AgentAddress> {
  return { agentId, channel: (await lists).agents.find((listing) => listing.agentId === agentId)?.channel ?? "voice" };
}

/**
 * Agents without a record: ours by mark, or at least of the same display name. Everything unmanaged is read only when
 * something of ours may be lost (no state at all, or a create that was under way); otherwise only agents of that name.
 */
async function findUnrecorded(
  input: ReadWorkspaceInput,
  search: { wanted: readonly string[]; strangers: readonly AgentListing[]; engines: Promise<EngineIndex> },
): Promise<Map<string, LiveReading>> {
  const found = new Map<string, LiveReading>();
  const unread = search.wanted.filter((name) => input.recorded.agents.get(name)?.kind !== "unreadable");
  if (unread.length === 0) return found;
  const lost = input.recorded.workspace.kind === "none" || unread.some((name) => recordFor(name, input)?.kind === "state");
  const names = new Set(unread.map((name) => displayName(input.desired.get(name))).filter((name) => name !== undefined));
  const candidates = search.strangers.filter((listing) => lost || names.has(listing.name));
  const readings = await Promise.all(
    candidates.map((listing) =>
      readLiveAgent({ reader: input.reader, address: listing, found: "named", engines: search.engines, withPublished: input.workspace.kind === "production" }),
    ),
  );
  const present = readings.filter((reading) => reading.kind === "present");
  const owners = new Map(present.map((reading) => [reading, [...input.desired.keys()].find((name) => isMarkedFor(name, reading, input))]));
  const claimants = (reading: LiveAgent): string[] => unread.filter((name) => owners.get(reading) === undefined && bearsName(reading, input.desired.get(name)));
  for (const name of unread) {
    const marked = likeliest(present.filter((reading) => isMarkedFor(name, reading, input)), input.desired.get(name));
    // An agent that is marked for another folder of ours is that one's, whatever its display name.
    const named = present.filter((reading) => owners.get(reading) === undefined && bearsName(reading, input.desired.get(name)));
    const [one] = marked.length > 0 ? marked : named;
    if (marked.length > 1) found.set(name, { kind: "unreadable", reason: "unclear-identity", problem: severalMarked(name, marked) });
    else if (marked.length === 0 && one === undefined) {
      const closed = readings.findIndex((reading) => reading.kind === "unreadable" && reading.reason !== "unreadable");
      if (closed >= 0) found.set(name, unreadCandidate(candidates[closed]?.agentId ?? "", readings[closed]));
    } else if (one !== undefined && marked.length === 1) found.set(name, { ...one, found: "marked" });
    else if (one !== undefined) {
      const rivals = claimants(one).filter((other) => other !== name);
      found.set(name, named.length === 1 && rivals.length === 0 ? one : { ...one, unclear: severalNamed({ named, rivals }) });
    }
  }
  return found;
}

/**
 * Agents whose record leads to a version without our mark, while an unmanaged agent of the same display name bears it: the
 * record may have been edited by hand. Nothing is read where every recorded agent bears its mark, as after each deploy.
 */
async function findRivals(
  input: ReadWorkspaceInput,
  search: { live: ReadonlyMap<string, LiveReading>; strangers: readonly AgentListing[]; engines: Promise<EngineIndex> },
): Promise<Map<string, string>> {
  const rivals = new Map<string, string>();
  for (const [name, reading] of search.live) {
    if (reading.kind !== "present" || reading.found !== "recorded" || isMarkedFor(name, reading, input)) continue;
    const sameName = search.strangers.filter((listing) => listing.name === displayName(input.desired.get(name)));
    const readings = await Promise.all(sameName.map((address) => readLiveAgent({ reader: input.reader, address, found: "named", engines: search.engines, withPublished: false })));
    const marked = readings.flatMap((other) => (other.kind === "present" && isMarkedFor(name, other, input) ? [other.agent.agentId] : [])).sort();
    if (marked.length > 0) rivals.set(name, rivalMarked({ name, id: reading.agent.agentId, marked, where: whereRecorded(name, input) }));
  }
  return rivals;
}

/** Where the id stands: in the record, or in an older tool's file. */
function whereRecorded(name: string, input: ReadWorkspaceInput): string {
  const recorded = recordName(name, input);
  return recorded === undefined ? (input.desired.get(name)?.legacyFile ?? name) : `agents/${recorded}/${input.workspace.name}.json on the state branch`;
}

function rivalMarked({ name, id, marked, where }: { readonly name: string; readonly id: string; readonly marked: readonly string[]; readonly where: string }): string {
  const others = marked.join(" and ");
  return `${where} says that ${name} is the agent ${id}, which bears no mark of it in Retell, but ${others} ${marked.length === 1 ? "does" : "do"}. If that one is the right one, restore the file from its history; if not, clear the title of its newest version in the Retell console, or delete it.`;
}

function isMarkedFor(name: string, { agent }: LiveAgent, input: ReadWorkspaceInput): boolean {
  const mark = parseMark(agent.title);
  return mark?.repositoryId === input.repositoryId && ownFolders(name, input.moved, input.workingDirectory).includes(mark.folder);
}

function bearsName({ agent }: LiveAgent, desired: DesiredAgent | undefined): boolean {
  const name = displayName(desired);
  return name !== undefined && own(agent.raw, "agent_name") === name;
}

/** An agent that gave way to one of another kind keeps our mark: the one of the kind that Git says comes first. */
function likeliest(marked: readonly LiveAgent[], desired: DesiredAgent | undefined): readonly LiveAgent[] {
  const same = marked.filter(({ agent, content }) => statedEngine(content.agent) === desired?.engine && agent.channel === desired?.channel);
  return same.length > 0 ? same : marked;
}

function severalMarked(name: string, marked: readonly LiveAgent[]): string {
  const ids = marked.map(({ agent }) => agent.agentId).sort();
  return `${ids.join(" and ")} bear the mark of ${name} in Retell, and nothing is recorded that tells which one it is. Delete those that are not in use in the Retell console, or clear the title of their newest version there.`;
}

function severalNamed({ named, rivals }: { readonly named: readonly LiveAgent[]; readonly rivals: readonly string[] }): string {
  const ids = named.map(({ agent }) => agent.agentId).sort().join(" and ");
  return rivals.length > 0
    ? `Retell has an unmanaged agent of the same name (${ids}), and ${rivals.join(", ")} ${rivals.length === 1 ? "bears" : "bear"} that name too, so it is not certain whose it is. Give each folder an agent_name of its own.`
    : `Retell has ${named.length} unmanaged agents of the same name (${ids}), so it is not certain which one to take over. Rename all but one of them in the Retell console.`;
}

/** What could not be read may be the very agent that would be made a second time. */
function unreadCandidate(id: string, reading: LiveReading | undefined): LiveReading {
  const problem = reading?.kind === "unreadable" ? reading.problem : "";
  return { kind: "unreadable", reason: reading?.kind === "unreadable" ? reading.reason : "unreadable", problem: `Nothing is recorded of it, and the agent ${id}, which may be this one, could not be read: ${problem}` };
}

/** The engine that a dead run created: its main prompt is nothing but our mark. */
function lostEngines(input: ReadWorkspaceInput, missing: readonly string[], engines: EngineIndex): Map<string, string> {
  const lost = new Map<string, string>();
  for (const engine of [...engines.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const part = ENGINE_PART[engine.kind];
    const prompt = part && own(engine.raw, MAIN_PROMPT[part]);
    const mark = parseMark(typeof prompt === "string" ? prompt : undefined);
    if (mark?.repositoryId !== input.repositoryId) continue;
    const name = missing.find((candidate) => input.desired.get(candidate)?.engine === engine.kind && ownFolders(candidate, input.moved, input.workingDirectory).includes(mark.folder));
    if (name !== undefined && !lost.has(name)) lost.set(name, engine.id);
  }
  return lost;
}

/** What the console will call the agent. */
export function displayName(desired: DesiredAgent | undefined): string | undefined {
  const name = own(desired?.content.agent, "agent_name");
  return typeof name === "string" ? name : undefined;
}
