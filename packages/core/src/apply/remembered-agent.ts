import { toCanonicalContent } from "../canonical/canonical-form.ts";
import { own } from "../canonical/json.ts";
import type { LiveAgent } from "../plan/live.ts";
import type { AgentListing } from "../ports/retell.ts";
import { recordedChannel } from "../state/agent-address.ts";
import type { AgentState } from "../state/agent-state.ts";
import { engineIdOf } from "../state/engine-ids.ts";
import type { LastChange } from "../state/last-change.ts";
import { ENGINE_PART, type EngineIndex } from "./read-live.ts";

/**
 * An agent as it is recorded, with its engine from the bulk read, where Retell's lists say of nothing that it changed; undefined
 * where they do, or where one cannot tell: then it has to be read. The engine is compared whole. Of the agent it is trusted that
 * whoever changes it moves `user_modified_timestamp` of `v2/list-agents`, which is not documented for every kind of change.
 */
export function rememberedAgent(input: { readonly state: AgentState; readonly listing: AgentListing | undefined; readonly engines: EngineIndex; readonly since: number }): LiveAgent | undefined {
  const { state, listing, engines, since } = input;
  const { last_change: change, seen, agent_id: agentId, version } = state;
  if (change === undefined || seen === null || agentId === null || version === null || state.pending !== undefined || state.incomplete === true) return undefined;
  if (listing === undefined || listing.agentId !== agentId || listing.channel !== recordedChannel(state) || !isUnmoved(listing.modifiedAt, change)) return undefined;
  const engineId = engineIdOf(state);
  const engine = engineId === null ? undefined : engines.get(engineId);
  // Another version is a new draft, or that of another version of the agent: which one is listed is not documented.
  if (engineId !== null && (engine === undefined || engine.version === null || engine.version !== change.engine_version)) return undefined;
  const published = own(engine?.raw, "is_published");
  if (typeof published === "boolean" && published !== state.is_published) return undefined;
  const kind = engine?.kind ?? "custom-llm";
  const part = ENGINE_PART[kind];
  if ((seen.llm === undefined) === (part === "llm") || (seen.flow === undefined) === (part === "flow")) return undefined;
  return {
    kind: "present",
    found: "recorded",
    agent: {
      agentId,
      channel: listing.channel,
      version,
      isPublished: state.is_published,
      baseVersion: null,
      modifiedAt: change.agent_at,
      title: null,
      engine: { kind, id: engineId, version: change.engine_version },
      raw: {},
    },
    content: { ...(part === undefined || engine === undefined ? {} : toCanonicalContent({ agent: {}, [part]: engine.raw })), agent: seen.agent },
    modifiedAt: Math.max(change.agent_at, change.engine_at ?? 0),
    lastChange: change,
    notReadSince: since,
    publishedVersion: undefined,
  };
}

/** The list's time is that of our last write, of the agent or of its engine, or an earlier one; 0 where Retell left it out. */
function isUnmoved(listed: number, { agent_at: agentAt, engine_at: engineAt }: LastChange): boolean {
  return listed > 0 && (listed <= agentAt || listed === engineAt);
}
