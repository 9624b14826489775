import type Retell from "retell-sdk";
import type { JsonObject } from "../../canonical/json.ts";
import type { EngineKind, EngineReference, RemoteAgent, RemoteEngine, RetellWriter } from "../../ports/retell.ts";
import { readAgentAnswer, readEngineAnswer, UnexpectedAnswer } from "./answers.ts";
import { saysMissing } from "./failure.ts";
import type { Transport, TransportRequest } from "./transport.ts";

/** The kinds of engine that Retell holds. */
type HeldKind = Exclude<EngineKind, "custom-llm">;

export function createWriter({ client, transport }: { client: Retell; transport: Transport }): RetellWriter {
  async function write<T>(request: TransportRequest<T>): Promise<T> {
    const result = await transport.request(request);
    if (!result.ok) throw result.error();
    return result.value;
  }

  /** True if something was there. After a try without answer, "not found" means that this try had deleted it. */
  async function remove(request: Omit<TransportRequest<true>, "kind" | "read">): Promise<boolean> {
    const result = await transport.request<true>({ ...request, kind: "delete", read: () => true });
    if (result.ok) return true;
    if (saysMissing(result.failure)) return result.tries > 1;
    throw result.error();
  }

  return {
    createEngine: async (kind, content) => {
      const held = heldKind(kind);
      return write<RemoteEngine>({
        route: held === "retell-llm" ? "create-retell-llm" : "create-conversation-flow",
        kind: "create",
        send: (options) =>
          held === "retell-llm"
            ? client.llm.create(content as Retell.LlmCreateParams, options)
            : client.conversationFlow.create(body<Retell.ConversationFlowCreateParams>(content), options),
        read: (data) => readEngineAnswer(held, data),
      });
    },

    createAgent: (channel, content) =>
      write<RemoteAgent>({
        route: channel === "chat" ? "create-chat-agent" : "create-agent",
        kind: "create",
        send: (options) =>
          channel === "chat"
            ? client.chatAgent.create(body<Retell.ChatAgentCreateParams>(content), options)
            : client.agent.create(body<Retell.AgentCreateParams>(content), options),
        read: (data) => readAgentAnswer(channel, data),
      }),

    createVersion: ({ agentId, channel }, baseVersion) =>
      write<RemoteAgent>({
        route: "create-agent-version",
        kind: "create",
        send: (options) => client.agent.createVersion(agentId, { base_version: baseVersion }, options),
        read: (data) => sameAgent(readAgentAnswer(channel, data), agentId),
      }),

    updateAgent: async ({ agentId, channel }, version, changes) => {
      assertNoVersion(changes);
      return write<RemoteAgent>({
        route: channel === "chat" ? "update-chat-agent" : "update-agent",
        kind: "update",
        send: (options) =>
          channel === "chat"
            ? client.chatAgent.update(agentId, { ...body<Retell.ChatAgentUpdateParams>(changes), version }, options)
            : client.agent.update(agentId, { ...body<Retell.AgentUpdateParams>(changes), version }, options),
        read: (data) => sameAgent(readAgentAnswer(channel, data), agentId, version),
      });
    },

    updateEngine: async (engine, changes) => {
      assertNoVersion(changes);
      const { held, id, version } = heldEngine(engine);
      if (version === null) throw new TypeError("updateEngine needs the engine's version");
      return write<RemoteEngine>({
        route: held === "retell-llm" ? "update-retell-llm" : "update-conversation-flow",
        kind: "update",
        send: (options) =>
          held === "retell-llm"
            ? client.llm.update(id, { ...body<Retell.LlmUpdateParams>(changes), version }, options)
            : client.conversationFlow.update(id, { ...body<Retell.ConversationFlowUpdateParams>(changes), version }, options),
        read: (data) => sameEngine(readEngineAnswer(held, data), id, version),
      });
    },

    // Of the kind "create": a lost answer is not tried again but looked after, since a second publication is an error.
    publishVersion: async (agentId, version, { title, description }) => {
      await write<undefined>({
        route: "publish-agent-version",
        kind: "create",
        send: (options) => client.agent.publish(agentId, { version, version_title: title, version_description: description }, options),
        read: () => undefined,
      });
    },

    deleteAgent: ({ agentId, channel }) =>
      channel === "chat"
        ? remove({ route: "delete-chat-agent", send: (options) => client.chatAgent.delete(agentId, options) })
        : remove({ route: "delete-agent", send: (options) => client.agent.delete(agentId, options) }),

    // Never forced: Retell refuses while another agent uses the engine, and that is what we want to hear.
    deleteEngine: async (engine) => {
      const { held, id } = heldEngine(engine);
      return held === "retell-llm"
        ? remove({ route: "delete-retell-llm", send: (options) => client.llm.delete(id, {}, options) })
        : remove({ route: "delete-conversation-flow", send: (options) => client.conversationFlow.delete(id, {}, options) });
    },
  };
}

/** The SDK's types lag behind the API; what is sent is what the caller built. */
function body<T>(content: JsonObject): T {
  return content as T;
}

/** The SDK takes `version` out of the fields and puts it into the query. */
function assertNoVersion(changes: JsonObject): void {
  if (Object.hasOwn(changes, "version")) throw new TypeError("`version` is server-owned and cannot be among the changes");
}

function heldKind(kind: EngineKind): HeldKind {
  if (kind === "custom-llm") throw new TypeError("a custom LLM is not held by Retell and cannot be written");
  return kind;
}

function heldEngine({ kind, id, version }: EngineReference): { held: HeldKind; id: string; version: number | null } {
  if (id === null) throw new TypeError("the engine has no id");
  return { held: heldKind(kind), id, version };
}

function sameAgent(agent: RemoteAgent, agentId: string, version?: number): RemoteAgent {
  if (agent.agentId !== agentId) throw new UnexpectedAnswer("another agent than the one written");
  if (version !== undefined && agent.version !== version) throw new UnexpectedAnswer("another version than the one written");
  return agent;
}

function sameEngine(engine: RemoteEngine, id: string, version: number): RemoteEngine {
  if (engine.id !== id) throw new UnexpectedAnswer("another engine than the one written");
  if (engine.version !== version) throw new UnexpectedAnswer("another version than the one written");
  return engine;
}
