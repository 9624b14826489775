import type { Channel } from "../data.ts";
import { validationError } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { pageRules } from "../http/query.ts";
import { json, noContent } from "../http/reply.ts";
import type { Route, RouteRequest } from "../http/router.ts";
import { createAgent, deleteAgent, updateAgent } from "../model/agents.ts";
import { agentMatcher } from "../model/agent-filter.ts";
import { findAgentOf, findAgentVersion, findReadableAgent, latest } from "../model/lookups.ts";
import type { VersionReference } from "../model/lookups.ts";
import { renderAgent, renderAgentItem } from "../model/render.ts";

const read = { permission: { group: "agent", level: "read" }, write: false } as const;
const edit = { permission: { group: "agent", level: "edit" }, write: true } as const;

/** Voice and chat agents have the same operations under other names. */
function routesOf(channel: Channel, name: string): Route[] {
  return [
    {
      ...edit,
      method: "POST",
      path: `/create-${name}`,
      limiter: "general",
      query: {},
      handle: ({ world, body }) => {
        const { agent, version } = createAgent(world, { channel, body, writer: "api" });
        return json(201, renderAgent(agent, version, world.options));
      },
    },
    {
      ...read,
      method: "GET",
      path: `/get-${name}/:agent_id`,
      limiter: "general",
      query: { version: { type: "version" } },
      handle: (request) => {
        const { world } = request;
        const agent = findReadableAgent(world, channel, agentId(request));
        return json(200, renderAgent(agent, findAgentVersion(world, agent, reference(request)), world.options));
      },
    },
    {
      ...edit,
      method: "PATCH",
      path: `/update-${name}/:agent_id`,
      limiter: "general",
      query: { version: { type: "version" } },
      handle: (request) => {
        const { world, body } = request;
        const found = findAgentOf(world, channel, agentId(request));
        const { agent, version } = updateAgent(world, { agent: found, version: reference(request), body, writer: "api" });
        return json(200, renderAgent(agent, version, world.options));
      },
    },
    {
      ...edit,
      method: "DELETE",
      path: `/delete-${name}/:agent_id`,
      limiter: "general",
      query: {},
      handle: (request) => {
        deleteAgent(request.world, findAgentOf(request.world, channel, agentId(request)));
        return noContent();
      },
    },
  ];
}

/** Source: API reference, Voice Agent. */
const voiceAgentRoutes: readonly Route[] = routesOf("voice", "agent");

/** Source: API reference, Chat Agent. */
const chatAgentRoutes: readonly Route[] = routesOf("chat", "chat-agent");

/** Agents of both channels, which share one list. Source: API reference, List Agents. */
export const agentRoutes: readonly Route[] = [
  ...voiceAgentRoutes,
  ...chatAgentRoutes,
  {
    ...read,
    method: "POST",
    path: "/v2/list-agents",
    limiter: "list",
    query: pageRules,
    handle: ({ world, query, body }) => {
      const { matches, problems } = agentMatcher(body);
      if (problems.length > 0) throw validationError(problems);
      const listed = [...world.data.agents.values()].flatMap((agent) => {
        const version = latest(agent.versions);
        return version !== undefined && matches(agent, version) ? [{ order: agent.created, item: renderAgentItem(agent, version) }] : [];
      });
      return json(200, page(listed, query));
    },
  },
];

function agentId(request: RouteRequest): string {
  return request.params["agent_id"] ?? "";
}

function reference(request: RouteRequest): VersionReference {
  const version = request.query["version"];
  return typeof version === "boolean" ? undefined : version;
}
