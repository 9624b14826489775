import { validationError } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { pageRules } from "../http/query.ts";
import { json, noContent } from "../http/reply.ts";
import type { Route, RouteRequest } from "../http/router.ts";
import { createAgent, deleteAgent, updateAgent } from "../model/agents.ts";
import { agentMatcher } from "../model/agent-filter.ts";
import { findAgent, findAgentVersion, latest } from "../model/lookups.ts";
import type { VersionReference } from "../model/lookups.ts";
import { renderAgent, renderAgentItem } from "../model/render.ts";

const read = { permission: { group: "agent", level: "read" }, write: false } as const;
const edit = { permission: { group: "agent", level: "edit" }, write: true } as const;

/** Voice agents. Source: API reference, Voice Agent. */
export const agentRoutes: readonly Route[] = [
  {
    ...edit,
    method: "POST",
    path: "/create-agent",
    limiter: "general",
    query: {},
    handle: ({ world, body }) => {
      const { agent, version } = createAgent(world, body, "api");
      return json(201, renderAgent(agent, version, world.options));
    },
  },
  {
    ...read,
    method: "GET",
    path: "/get-agent/:agent_id",
    limiter: "general",
    query: { version: { type: "version" } },
    handle: (request) => {
      const agent = findAgent(request.world, agentId(request));
      return json(200, renderAgent(agent, findAgentVersion(request.world, agent, reference(request)), request.world.options));
    },
  },
  {
    ...edit,
    method: "PATCH",
    path: "/update-agent/:agent_id",
    limiter: "general",
    query: { version: { type: "version" } },
    handle: (request) => {
      const { world, body } = request;
      const { agent, version } = updateAgent(world, { id: agentId(request), version: reference(request), body, writer: "api" });
      return json(200, renderAgent(agent, version, world.options));
    },
  },
  {
    ...edit,
    method: "DELETE",
    path: "/delete-agent/:agent_id",
    limiter: "general",
    query: {},
    handle: (request) => {
      deleteAgent(request.world, agentId(request));
      return noContent();
    },
  },
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
