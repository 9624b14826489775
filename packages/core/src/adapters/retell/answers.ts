import { z } from "zod";
import type { Channel } from "../../canonical/content.ts";
import { isJsonObject, type JsonObject } from "../../canonical/json.ts";
import type { AgentListing, EngineKind, EngineReference, Organization, RemoteAgent, RemoteEngine } from "../../ports/retell.ts";

/** Thrown by the readers below when an answer is not what the API promises. The text names fields, never values. */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";
}

const version = z.number().int().nonnegative();
const timestamp = z.number().nonnegative().nullish();
const id = z.string().min(1);

const agentSchema = z.object({
  agent_id: id,
  version,
  // Optional in the SDK's types. Absent reads as a draft: Retell itself refuses a write to a version that is published after all.
  is_published: z.boolean().nullish(),
  base_version: version.nullish(),
  last_modification_timestamp: timestamp,
  version_title: z.string().nullish(),
  response_engine: z.discriminatedUnion("type", [
    z.object({ type: z.literal("retell-llm"), llm_id: id, version: version.nullish() }),
    z.object({ type: z.literal("conversation-flow"), conversation_flow_id: id, version: version.nullish() }),
    z.object({ type: z.literal("custom-llm") }),
  ]),
});
const llmSchema = z.object({ llm_id: id, version: version.nullish(), last_modification_timestamp: timestamp });
const flowSchema = z.object({ conversation_flow_id: id, version: version.nullish(), last_modification_timestamp: timestamp });
const pageSchema = z.object({ items: z.array(z.unknown()), has_more: z.boolean(), pagination_key: z.string().min(1).nullish() });
const listingSchema = z.object({
  agent_id: id,
  agent_name: z.string().nullish(),
  channel: z.string().nullish(),
  user_modified_timestamp: timestamp,
});
const organizationSchema = z.object({ org_name: z.string(), org_id: id.nullish() });

export function readAgentAnswer(channel: Channel, data: unknown): RemoteAgent {
  const { value, raw } = check(agentSchema, data);
  return {
    agentId: value.agent_id,
    channel,
    version: value.version,
    isPublished: value.is_published ?? false,
    baseVersion: value.base_version ?? null,
    modifiedAt: value.last_modification_timestamp ?? 0,
    title: value.version_title ?? null,
    engine: engineReference(value.response_engine, value.version),
    raw,
  };
}

/** Agent and engine have equal version numbers (field reports), so the agent's stands in where the answer leaves the engine's out. */
function engineReference(engine: z.infer<typeof agentSchema>["response_engine"], agentVersion: number): EngineReference {
  switch (engine.type) {
    case "retell-llm":
      return { kind: engine.type, id: engine.llm_id, version: engine.version ?? agentVersion };
    case "conversation-flow":
      return { kind: engine.type, id: engine.conversation_flow_id, version: engine.version ?? agentVersion };
    case "custom-llm":
      return { kind: engine.type, id: null, version: null };
  }
}

export function readEngineAnswer(kind: Exclude<EngineKind, "custom-llm">, data: unknown): RemoteEngine {
  if (kind === "retell-llm") {
    const { value, raw } = check(llmSchema, data);
    return { kind, id: value.llm_id, version: value.version ?? null, modifiedAt: value.last_modification_timestamp ?? 0, raw };
  }
  const { value, raw } = check(flowSchema, data);
  return { kind, id: value.conversation_flow_id, version: value.version ?? null, modifiedAt: value.last_modification_timestamp ?? 0, raw };
}

export interface Page {
  readonly items: readonly unknown[];
  readonly hasMore: boolean;
  readonly key: string | undefined;
}

export function readPage(data: unknown): Page {
  const { value } = check(pageSchema, data);
  return { items: value.items, hasMore: value.has_more, key: value.pagination_key ?? undefined };
}

/** A channel that is new to this suite counts as `chat`: nothing that a voice deploy may touch. */
export function readListing(data: unknown): AgentListing {
  const { value } = check(listingSchema, data);
  return {
    agentId: value.agent_id,
    name: value.agent_name ?? "",
    channel: (value.channel ?? "voice") === "voice" ? "voice" : "chat",
    modifiedAt: value.user_modified_timestamp ?? 0,
  };
}

const weighted = z.array(z.object({ agent_id: z.string() })).nullish();
const phoneNumberSchema = z.object({ phone_number: z.string(), inbound_agents: weighted, outbound_agents: weighted, inbound_sms_agents: weighted, outbound_sms_agents: weighted });

/** A phone number with the ids of the agents that serve it. */
export function readPhoneNumber(data: unknown): { readonly number: string; readonly agentIds: readonly string[] } {
  const { value } = check(phoneNumberSchema, data);
  const lists = [value.inbound_agents, value.outbound_agents, value.inbound_sms_agents, value.outbound_sms_agents];
  return { number: value.phone_number, agentIds: lists.flatMap((list) => (list ?? []).map((agent) => agent.agent_id)) };
}

export function readOrganizationAnswer(data: unknown): Organization {
  const { value } = check(organizationSchema, data);
  return { id: value.org_id ?? null, name: value.org_name };
}

/** The answer as the schema reads it, beside the whole of it; {@link UnexpectedAnswer} for any other. */
export function check<T>(schema: z.ZodType<T>, data: unknown): { value: T; raw: JsonObject } {
  if (!isJsonObject(data)) throw new UnexpectedAnswer(`${describe(data)} instead of a JSON object`);
  const result = schema.safeParse(data);
  if (result.success) return { value: result.data, raw: data };
  const fields = result.error.issues.map((issue) => issue.path.join(".") || "the answer");
  throw new UnexpectedAnswer(`missing or of another type: ${[...new Set(fields)].join(", ")}`);
}

/** What an answer is, in words and without its content. */
export function describe(data: unknown): string {
  if (typeof data === "string") return data.trimStart().startsWith("<") ? "an HTML page" : "text";
  return Array.isArray(data) ? "a list" : data === null || data === undefined ? "nothing" : `a ${typeof data}`;
}
