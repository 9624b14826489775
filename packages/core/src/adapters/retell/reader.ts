import type Retell from "retell-sdk";
import type { AgentListing, RemoteAgent, RemoteEngine, RetellReader } from "../../ports/retell.ts";
import { readAgentAnswer, readEngineAnswer, readListing, readOrganizationAnswer, readPage, readPhoneNumber, UnexpectedAnswer } from "./answers.ts";
import { saysMissing } from "./failure.ts";
import { readAllPages } from "./paging.ts";
import type { Transport, TransportRequest } from "./transport.ts";

export function createReader({ client, transport }: { client: Retell; transport: Transport }): RetellReader {
  async function required<T>(request: TransportRequest<T>): Promise<T> {
    const result = await transport.request(request);
    if (!result.ok) throw result.error();
    return result.value;
  }

  async function orNull<T>(request: TransportRequest<T>): Promise<T | null> {
    const result = await transport.request(request);
    if (result.ok) return result.value;
    if (saysMissing(result.failure)) return null;
    throw result.error();
  }

  return {
    readOrganization: () =>
      required({
        route: "get-api-key-info",
        kind: "read",
        send: (options) => client.identity.retrieve(options),
        read: readOrganizationAnswer,
      }),

    listAgents: async () => {
      const listings = await readAllPages<AgentListing>({
        fetchPage: (query) =>
          required({
            route: "list-agents",
            kind: "read",
            send: (options) => client.agent.list(query, options),
            read: readPage,
          }),
        route: "list-agents",
        read: readListing,
      });
      // An agent that is edited while the pages are read can appear on two of them.
      return [...new Map(listings.map((listing) => [listing.agentId, listing])).values()];
    },

    listEngines: (kind) => {
      const route = kind === "retell-llm" ? "list-retell-llms" : "list-conversation-flows";
      const resource = kind === "retell-llm" ? client.llm : client.conversationFlow;
      return readAllPages<RemoteEngine>({
        fetchPage: (query) => required({ route, kind: "read", send: (options) => resource.list(query, options), read: readPage }),
        route,
        read: (item) => readEngineAnswer(kind, item),
      });
    },

    listPhoneBindings: async () => {
      const route = "list-phone-numbers";
      const numbers = await readAllPages({
        fetchPage: (query) => required({ route, kind: "read", send: (options) => client.phoneNumber.list(query, options), read: readPage }),
        route,
        read: readPhoneNumber,
      });
      const bindings = new Map<string, string[]>();
      for (const { number, agentIds } of numbers) for (const id of new Set(agentIds)) bindings.set(id, [...(bindings.get(id) ?? []), number].sort());
      return bindings;
    },

    readAgent: ({ agentId, channel }, version) =>
      orNull<RemoteAgent>({
        route: channel === "chat" ? "get-chat-agent" : "get-agent",
        kind: "read",
        send: (options) => (channel === "chat" ? client.chatAgent : client.agent).retrieve(agentId, version === undefined ? {} : { version }, options),
        read: (data) => {
          const agent = readAgentAnswer(channel, data);
          if (agent.agentId !== agentId) throw new UnexpectedAnswer("another agent than the one asked for");
          if (typeof version === "number" && agent.version !== version) throw new UnexpectedAnswer("another version than the one asked for");
          if (version === "latest_published" && !agent.isPublished) throw new UnexpectedAnswer("a draft where a published version was asked for");
          return agent;
        },
      }),

    readEngine: async ({ kind, id, version }) => {
      if (kind === "custom-llm" || id === null) throw new TypeError("a custom LLM is not held by Retell and cannot be read");
      const query = version === null ? {} : { version };
      return orNull<RemoteEngine>({
        route: kind === "retell-llm" ? "get-retell-llm" : "get-conversation-flow",
        kind: "read",
        send: (options) => (kind === "retell-llm" ? client.llm.retrieve(id, query, options) : client.conversationFlow.retrieve(id, query, options)),
        read: (data) => {
          const engine = readEngineAnswer(kind, data);
          if (engine.id !== id) throw new UnexpectedAnswer("another engine than the one asked for");
          if (version !== null && engine.version !== version) throw new UnexpectedAnswer("another version than the one asked for");
          return engine;
        },
      });
    },
  };
}
