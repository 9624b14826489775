import { ActionError } from "../errors.ts";
import type { LiveReading } from "../plan/live.ts";
import type { PublishedVersion, PublishedVersions } from "../plan/uses.ts";
import type { AgentListing, RetellReader } from "../ports/retell.ts";
import type { RecordedState } from "../state/recorded.ts";
import { readEngineOf, type EngineIndex } from "./read-live.ts";
import type { WorkspaceLists } from "./read-workspace.ts";

export interface ReadPublishedInput {
  readonly reader: RetellReader;
  readonly lists: Promise<WorkspaceLists>;
  readonly recorded: RecordedState;
  readonly live: ReadonlyMap<string, LiveReading>;
}

/**
 * What callers get of every agent in the workspace, managed or not: its latest published version with the engine of that
 * version. In staging too, since a number can be bound to it there. Two reads for each agent at most, so this is asked for
 * only where something is to go. What cannot be read makes the whole unknown.
 */
export async function readPublished(input: ReadPublishedInput): Promise<PublishedVersions> {
  try {
    const { agents, engines } = await input.lists;
    const index: EngineIndex = new Map(engines.map((engine) => [engine.id, engine]));
    const names = namesById(input);
    const found = await Promise.all(agents.map((listing) => publishedOf(listing, { reader: input.reader, index, name: names.get(listing.agentId) })));
    return { kind: "known", all: found.flat() };
  } catch (error) {
    if (error instanceof ActionError) return { kind: "unknown", problem: error.message };
    throw error;
  }
}

async function publishedOf(listing: AgentListing, { reader, index, name }: { reader: RetellReader; index: EngineIndex; name: string | undefined }): Promise<PublishedVersion[]> {
  const agent = await reader.readAgent(listing, "latest_published");
  if (agent === null) return [];
  // An engine that Retell does not have holds nothing.
  const engine = await readEngineOf(reader, agent.engine, index);
  const whose = name === undefined ? `the agent ${listing.agentId} ("${listing.name}"), which is not managed here and` : `${name},`;
  const holder = `version ${agent.version} of ${whose} which callers get`;
  return [{ agentId: listing.agentId, agent: name, holder, raws: [agent.raw, ...(engine == null ? [] : [engine.raw])] }];
}

/** Names of managed agents by id, recorded or read. */
function namesById({ recorded, live }: ReadPublishedInput): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, record] of recorded.agents) if (record.kind === "state" && record.state.agent_id !== null) names.set(record.state.agent_id, name);
  for (const [name, reading] of live) if (reading.kind === "present") names.set(reading.agent.agentId, name);
  return names;
}
