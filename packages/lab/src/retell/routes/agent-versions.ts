import { validationError } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { pageRules } from "../http/query.ts";
import { emptyJson, json, noContent } from "../http/reply.ts";
import type { Route, RouteRequest } from "../http/router.ts";
import { deleteVersion, forkVersion, publishVersion } from "../model/agent-versions.ts";
import { findAgent } from "../model/lookups.ts";
import { renderAgent, renderVersionItem } from "../model/render.ts";
import { closedObject, integer, nullable, object, text } from "../schema/schema.ts";
import type { ObjectSchema } from "../schema/schema.ts";
import { problems } from "../schema/validate.ts";

const read = { permission: { group: "agent", level: "read" }, write: false } as const;
const edit = { permission: { group: "agent", level: "edit" }, write: true } as const;

const forkBody = closedObject({ base_version: integer(0) }, ["base_version"]);
const publishBody = object(
  { version: integer(0), version_title: nullable(text), version_description: nullable(text) },
  ["version"],
);

/** Versions, of voice and chat agents alike. Source: API reference, Agent Version. */
export const agentVersionRoutes: readonly Route[] = [
  {
    ...edit,
    method: "POST",
    path: "/create-agent-version/:agent_id",
    limiter: "general",
    query: {},
    handle: (request) => {
      check(request, forkBody);
      const { agent, version } = forkVersion(request.world, agentId(request), Number(request.body["base_version"]));
      return json(201, renderAgent(agent, version, request.world.options));
    },
  },
  {
    ...read,
    method: "GET",
    path: "/list-agent-versions/:agent_id",
    limiter: "list",
    query: pageRules,
    handle: (request) => {
      const { world, query } = request;
      const shuffled = world.options.versionListOrder === "shuffled";
      const listed = findAgent(world, agentId(request)).versions.map((version) => ({
        // Neighbours end up far apart, and the order is the same on every page.
        order: shuffled ? (version.version * 7919) % 10_007 : version.version,
        item: renderVersionItem(version),
      }));
      return json(200, page(listed, query));
    },
  },
  {
    ...edit,
    method: "POST",
    path: "/publish-agent-version/:agent_id",
    limiter: "general",
    query: {},
    handle: (request) => {
      check(request, publishBody);
      const { version, version_title: title, version_description: description } = request.body;
      const titles = {
        ...(title === undefined ? {} : { version_title: title }),
        ...(description === undefined ? {} : { version_description: description }),
      };
      publishVersion(request.world, { id: agentId(request), version: Number(version), titles });
      return emptyJson(request.world.options.publishAnswer);
    },
  },
  {
    ...edit,
    method: "DELETE",
    path: "/delete-agent-version/:agent_id",
    limiter: "general",
    query: { version: { type: "integer", min: 0, required: true } },
    handle: (request) => {
      deleteVersion(request.world, agentId(request), Number(request.query["version"]));
      return noContent();
    },
  },
];

function check(request: RouteRequest, schema: ObjectSchema): void {
  const found = problems(schema, request.body, "request/body");
  if (found.length > 0) throw validationError(found);
}

function agentId(request: RouteRequest): string {
  return request.params["agent_id"] ?? "";
}
