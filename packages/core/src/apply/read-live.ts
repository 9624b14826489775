import { toCanonicalContent } from "../canonical/canonical-form.ts";
import type { Content } from "../canonical/content.ts";
import { objectFrom, type JsonObject } from "../canonical/json.ts";
import { ActionError } from "../errors.ts";
import type { LiveAgent, LiveReading } from "../plan/live.ts";
import { lastChangeOf } from "../state/last-change.ts";
import type { AgentAddress, EngineReference, RemoteAgent, RemoteEngine, RetellReader } from "../ports/retell.ts";

/** Engines that were read in bulk, by id: one call for a thousand of them. */
export type EngineIndex = ReadonlyMap<string, RemoteEngine>;

/** No bulk read: every engine is asked for by itself. */
export const NO_ENGINES: Promise<EngineIndex> = Promise.resolve(new Map());

export const ENGINE_PART = { "retell-llm": "llm", "conversation-flow": "flow", "custom-llm": undefined } as const;

/**
 * Reads one agent with its engine, whole. The bulk-read engine is used only if it is the version that the agent names,
 * since Retell does not document which version its lists show.
 */
export async function readLiveAgent(input: {
  reader: RetellReader;
  address: AgentAddress;
  found: LiveAgent["found"];
  /** Awaited only after the agent was read, so that the two run side by side. */
  engines: Promise<EngineIndex>;
  /** Ask which version is published: productions only. */
  withPublished: boolean;
}): Promise<LiveReading> {
  const { reader, address } = input;
  try {
    const [agent, published] = await Promise.all([
      reader.readAgent(address),
      input.withPublished ? reader.readAgent(address, "latest_published") : Promise.resolve(undefined),
    ]);
    if (agent === null) return { kind: "missing", agentId: address.agentId };
    return await withEngine(input, agent, published === undefined ? undefined : (published?.version ?? null));
  } catch (error) {
    if (error instanceof ActionError) return { kind: "unreadable", reason: error.reason, problem: error.message };
    throw error;
  }
}

async function withEngine(
  input: { reader: RetellReader; found: LiveAgent["found"]; engines: Promise<EngineIndex> },
  agent: RemoteAgent,
  publishedVersion: number | null | undefined,
): Promise<LiveReading> {
  const engine = await readEngineOf(input.reader, agent.engine, await input.engines);
  if (engine === null) {
    return { kind: "unreadable", reason: "unreadable", problem: `Retell has the agent ${agent.agentId}, but not its engine ${agent.engine.id ?? ""} (version ${String(agent.engine.version)}), so it cannot answer and nothing can be compared. Give it back its engine in the Retell console; if that cannot be, delete the agent there and run deploy with recreate: true.` };
  }
  return {
    kind: "present",
    found: input.found,
    agent,
    content: contentOf(agent, engine),
    modifiedAt: latestChange(agent, engine),
    lastChange: lastChangeOf(agent, engine),
    publishedVersion,
  };
}

/** 0 where Retell left one of the times out: then it is not known when the last change was. */
function latestChange(agent: RemoteAgent, engine: RemoteEngine | undefined): number {
  const times = [agent.modifiedAt, ...(engine === undefined ? [] : [engine.modifiedAt])];
  return times.includes(0) ? 0 : Math.max(...times);
}

/** The engine of an agent version; undefined for a custom LLM, null if Retell does not have it. */
export async function readEngineOf(reader: RetellReader, engine: EngineReference, engines: EngineIndex): Promise<RemoteEngine | null | undefined> {
  if (engine.id === null) return undefined;
  const listed = engines.get(engine.id);
  if (listed !== undefined && engine.version !== null && listed.version === engine.version) return listed;
  return reader.readEngine(engine);
}

/** The canonical content of an agent and its engine as Retell returned them. */
export function contentOf(agent: RemoteAgent, engine: RemoteEngine | undefined): Content {
  const part = ENGINE_PART[agent.engine.kind];
  return toCanonicalContent({ agent: agentFields(agent), ...(part === undefined || engine === undefined ? {} : { [part]: engine.raw }) });
}

/** An agent's answer with its channel, which Retell tells by the route only. */
export function agentFields({ raw, channel }: RemoteAgent): JsonObject {
  return channel === "chat" ? objectFrom([...Object.entries(raw), ["channel", channel]]) : raw;
}
