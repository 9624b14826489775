import type { EngineRecord, VersionRecord } from "../data.ts";
import { page } from "../http/pagination.ts";
import { pageRules } from "../http/query.ts";
import type { QueryRules } from "../http/query.ts";
import { json, noContent } from "../http/reply.ts";
import type { Route, RouteRequest } from "../http/router.ts";
import { createLlm, deleteLlm, updateLlm } from "../model/llms.ts";
import { findEngine, findEngineVersion, latest, latestPublished } from "../model/lookups.ts";
import { renderLlm } from "../model/render.ts";
import type { RetellLabOptions } from "../options.ts";

const read = { permission: { group: "agent", level: "read" }, write: false } as const;
const edit = { permission: { group: "agent", level: "edit" }, write: true } as const;
const byVersion: QueryRules = { version: { type: "integer", min: 0 } };

/** Retell LLMs. They have no version operations of their own. Source: API reference, Retell LLM. */
export const llmRoutes: readonly Route[] = [
  {
    ...edit,
    method: "POST",
    path: "/create-retell-llm",
    limiter: "general",
    query: {},
    handle: ({ world, body }) => {
      const { engine, version } = createLlm(world, body, "api");
      return json(201, renderLlm(engine, version, world.options));
    },
  },
  {
    ...read,
    method: "GET",
    path: "/get-retell-llm/:llm_id",
    limiter: "general",
    query: byVersion,
    handle: (request) => {
      const engine = findEngine(request.world, llmId(request), "retell-llm");
      return json(200, renderLlm(engine, findEngineVersion(request.world, engine, wantedVersion(request)), request.world.options));
    },
  },
  {
    ...edit,
    method: "PATCH",
    path: "/update-retell-llm/:llm_id",
    limiter: "general",
    query: byVersion,
    handle: (request) => {
      const { world, body } = request;
      const { engine, version } = updateLlm(world, { id: llmId(request), version: wantedVersion(request), body, writer: "api" });
      return json(200, renderLlm(engine, version, world.options));
    },
  },
  {
    ...read,
    method: "GET",
    path: "/v2/list-retell-llms",
    limiter: "list",
    query: pageRules,
    handle: ({ world, query }) => {
      const listed = [...world.data.engines.values()].flatMap((engine) => {
        const version = engine.kind === "retell-llm" ? listedVersion(engine, world.options) : undefined;
        return version === undefined ? [] : [{ order: engine.created, item: renderLlm(engine, version, world.options) }];
      });
      return json(200, page(listed, query));
    },
  },
  {
    ...edit,
    method: "DELETE",
    path: "/delete-retell-llm/:llm_id",
    limiter: "general",
    query: { force_delete: { type: "boolean" } },
    handle: (request) => {
      deleteLlm(request.world, llmId(request), request.query["force_delete"] === true);
      return noContent();
    },
  },
];

/** Which version the list shows is not documented; with nothing published it is the latest either way. */
function listedVersion(engine: EngineRecord, options: RetellLabOptions): VersionRecord | undefined {
  const published = options.listedVersion === "latest_published" ? latestPublished(engine.versions) : undefined;
  return published ?? latest(engine.versions);
}

function llmId(request: RouteRequest): string {
  return request.params["llm_id"] ?? "";
}

function wantedVersion(request: RouteRequest): number | undefined {
  const version = request.query["version"];
  return typeof version === "number" ? version : undefined;
}
