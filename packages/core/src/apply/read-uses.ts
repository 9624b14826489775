import type { JsonObject } from "../canonical/json.ts";
import { ActionError } from "../errors.ts";
import type { LiveReading } from "../plan/live.ts";
import { holdsText, type AgentUses, type Handover, type PublishedVersion, type PublishedVersions } from "../plan/uses.ts";
import type { ComponentReader } from "../ports/components.ts";
import type { RetellReader } from "../ports/retell.ts";
import { engineIdOf } from "../state/engine-ids.ts";
import type { RecordedState } from "../state/recorded.ts";
import type { WorkspaceLists } from "./read-workspace.ts";

export interface ReadUsesInput {
  readonly reader: RetellReader;
  readonly lists: Promise<WorkspaceLists>;
  /** Absent where the caller has no use for shared components. */
  readonly components: ComponentReader | undefined;
  readonly recorded: RecordedState;
  readonly live: ReadonlyMap<string, LiveReading>;
  /** What callers get of every agent. */
  readonly published: PublishedVersions;
  /** The agents that are asked about. */
  readonly ids: ReadonlySet<string>;
}

/**
 * What points at some agents: phone numbers, the engines of all other agents (managed or not), shared components, and the versions
 * that callers get. Not told by the API, and so not known: who calls an agent by its id, older versions that are asked
 * for by number, and what a custom LLM does. Asked only where an agent is to go, since a key may not be allowed to read all this.
 */
export async function readUses(input: ReadUsesInput): Promise<AgentUses> {
  const { published } = input;
  const [phones, handovers] = await Promise.all([
    known(async () => ({ numbers: await input.reader.listPhoneBindings() })),
    published.kind === "unknown"
      ? published
      : known(async () => ({ byAgent: byAgent([...(await listedEngines(input)), ...publishedParts(published.all), ...(await sharedComponents(input))], input) })),
  ]);
  return { phones, handovers };
}

/** The version that callers get may hand over although the newest one does not. */
function publishedParts(versions: readonly PublishedVersion[]): Held[] {
  return versions.flatMap(({ agentId, agent, holder, raws }) => raws.map((raw) => ({ raw, agentId, agent, holder })));
}

async function known<T extends object>(read: () => Promise<T>): Promise<({ readonly kind: "known" } & T) | { readonly kind: "unknown"; readonly problem: string }> {
  try {
    return { kind: "known", ...(await read()) };
  } catch (error) {
    if (error instanceof ActionError) return { kind: "unknown", problem: error.message };
    throw error;
  }
}

/** What may hold an agent's id, and whose it is. */
interface Held {
  readonly raw: JsonObject;
  /** The agent that it is a version of; absent for engines and components. An agent's own answer holds its own id. */
  readonly agentId?: string;
  readonly agent: string | undefined;
  readonly holder: string;
}

/** Engines as the lists show them: those of agents that are not managed or not selected too. */
async function listedEngines(input: ReadUsesInput): Promise<Held[]> {
  const lists = await input.lists;
  const missing = (["retell-llm", "conversation-flow"] as const).filter((kind) => !lists.kinds.has(kind));
  const more = await Promise.all(missing.map((kind) => input.reader.listEngines(kind)));
  const owners = ownersOf(input);
  return [...lists.engines, ...more.flat()].map((engine) => {
    const agent = owners.get(engine.id);
    const what = `the ${engine.kind === "retell-llm" ? "Retell LLM" : "conversation flow"} ${engine.id}`;
    return { raw: engine.raw, agent, holder: agent === undefined ? `${what}, which is not managed here` : `${what} of ${agent}` };
  });
}

/** Nodes of shared components swap and transfer like those of flows. */
async function sharedComponents({ components }: ReadUsesInput): Promise<Held[]> {
  const listed = (await components?.listComponents()) ?? [];
  return listed.map(({ raw, name }) => ({ raw, agent: undefined, holder: `the shared component "${name}"` }));
}

/** Names of agents by the id of their engine, recorded or read. */
function ownersOf({ recorded, live }: ReadUsesInput): Map<string, string> {
  const owners = new Map<string, string>();
  for (const [name, record] of recorded.agents) {
    const id = record.kind === "state" ? engineIdOf(record.state) : null;
    if (id !== null) owners.set(id, name);
  }
  for (const [name, reading] of live) if (reading.kind === "present" && reading.agent.engine.id !== null) owners.set(reading.agent.engine.id, name);
  return owners;
}

function byAgent(held: readonly Held[], { ids }: ReadUsesInput): Map<string, readonly Handover[]> {
  const found = new Map<string, Handover[]>();
  for (const id of ids) {
    for (const { raw, agentId, agent, holder } of held) if (agentId !== id && holdsText(raw, id)) found.set(id, [...(found.get(id) ?? []), { agent, holder }]);
  }
  return found;
}
