import type { EngineRecord, VersionRecord } from "../data.ts";
import { page } from "../http/pagination.ts";
import { pageRules } from "../http/query.ts";
import type { QueryRules } from "../http/query.ts";
import { json, noContent } from "../http/reply.ts";
import type { Route, RouteRequest } from "../http/router.ts";
import { createEngine, deleteEngine, updateEngine } from "../model/engines.ts";
import type { EngineRules } from "../model/engines.ts";
import { flowRules } from "../model/flows.ts";
import { llmRules } from "../model/llms.ts";
import { findEngine, findEngineVersion, latest, latestPublished } from "../model/lookups.ts";
import { renderEngine } from "../model/render.ts";
import type { RetellLabOptions } from "../options.ts";

const read = { permission: { group: "agent", level: "read" }, write: false } as const;
const edit = { permission: { group: "agent", level: "edit" }, write: true } as const;
const byVersion: QueryRules = { version: { type: "integer", min: 0 } };

/** Retell LLMs and conversation flows have the same operations, and none on versions of their own. */
function routesOf(rules: EngineRules): Route[] {
  const { kind } = rules;
  return [
    {
      ...edit,
      method: "POST",
      path: `/create-${kind}`,
      limiter: "general",
      query: {},
      handle: ({ world, body }) => {
        const { engine, version } = createEngine(world, rules, { body, writer: "api" });
        return json(201, renderEngine(engine, version, world.options));
      },
    },
    {
      ...read,
      method: "GET",
      path: `/get-${kind}/:engine_id`,
      limiter: "general",
      query: byVersion,
      handle: (request) => {
        const { world } = request;
        const engine = findEngine(world, engineId(request), kind);
        return json(200, renderEngine(engine, findEngineVersion(world, engine, wantedVersion(request)), world.options));
      },
    },
    {
      ...edit,
      method: "PATCH",
      path: `/update-${kind}/:engine_id`,
      limiter: "general",
      query: byVersion,
      handle: (request) => {
        const { world, body } = request;
        const { engine, version } = updateEngine(world, rules, { id: engineId(request), version: wantedVersion(request), body, writer: "api" });
        return json(200, renderEngine(engine, version, world.options));
      },
    },
    {
      ...read,
      method: "GET",
      path: `/v2/list-${kind}s`,
      limiter: "list",
      query: pageRules,
      handle: ({ world, query }) => {
        const listed = [...world.data.engines.values()].flatMap((engine) => {
          const version = engine.kind === kind ? listedVersion(engine, world.options) : undefined;
          return version === undefined ? [] : [{ order: engine.created, item: renderEngine(engine, version, world.options) }];
        });
        return json(200, page(listed, query));
      },
    },
    {
      ...edit,
      method: "DELETE",
      path: `/delete-${kind}/:engine_id`,
      limiter: "general",
      query: { force_delete: { type: "boolean" } },
      handle: (request) => {
        deleteEngine(request.world, kind, { id: engineId(request), force: request.query["force_delete"] === true });
        return noContent();
      },
    },
  ];
}

/** Source: API reference, Retell LLM. */
export const llmRoutes: readonly Route[] = routesOf(llmRules);

/** Source: API reference, Conversation Flow. */
export const flowRoutes: readonly Route[] = routesOf(flowRules);

/** Which version the list shows is not documented; with nothing published it is the latest either way. */
function listedVersion(engine: EngineRecord, options: RetellLabOptions): VersionRecord | undefined {
  const published = options.listedVersion === "latest_published" ? latestPublished(engine.versions) : undefined;
  return published ?? latest(engine.versions);
}

function engineId(request: RouteRequest): string {
  return request.params["engine_id"] ?? "";
}

function wantedVersion(request: RouteRequest): number | undefined {
  const version = request.query["version"];
  return typeof version === "number" ? version : undefined;
}
