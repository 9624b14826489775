import { json, noContent } from "../http/reply.ts";
import type { Route, RouteRequest } from "../http/router.ts";
import {
  addSources,
  createKnowledgeBase,
  deleteKnowledgeBase,
  deleteSource,
  findKnowledgeBase,
  renderKnowledgeBase,
  showKnowledgeBase,
} from "../model/knowledge-bases.ts";
import { readAddForm, readCreateForm } from "./knowledge-base-form.ts";

const read = { permission: { group: "agent", level: "read" }, write: false } as const;
const edit = { permission: { group: "agent", level: "edit" }, write: true } as const;

/** Knowledge bases. There is no update of name and settings. Source: API reference, Knowledge Base. */
export const knowledgeBaseRoutes: readonly Route[] = [
  {
    ...edit,
    method: "POST",
    path: "/create-knowledge-base",
    limiter: "general",
    query: {},
    form: true,
    handle: (request) => {
      const { world, form, origin } = request;
      return json(201, renderKnowledgeBase(world, createKnowledgeBase(world, readCreateForm(form)), origin));
    },
  },
  {
    ...read,
    method: "GET",
    path: "/get-knowledge-base/:knowledge_base_id",
    limiter: "general",
    query: {},
    handle: (request) => {
      const { world, origin } = request;
      return json(200, showKnowledgeBase(world, findKnowledgeBase(world, knowledgeBaseId(request)), origin));
    },
  },
  {
    ...read,
    method: "GET",
    path: "/list-knowledge-bases",
    limiter: "list",
    query: {},
    handle: ({ world, origin }) =>
      json(200, [...world.data.knowledgeBases.values()].map((record) => showKnowledgeBase(world, record, origin))),
  },
  {
    ...edit,
    method: "DELETE",
    path: "/delete-knowledge-base/:knowledge_base_id",
    limiter: "general",
    query: {},
    handle: (request) => {
      deleteKnowledgeBase(request.world, knowledgeBaseId(request));
      return noContent();
    },
  },
  {
    ...edit,
    method: "POST",
    path: "/add-knowledge-base-sources/:knowledge_base_id",
    limiter: "general",
    query: {},
    form: true,
    handle: (request) => {
      const { world, form, origin } = request;
      return json(201, renderKnowledgeBase(world, addSources(world, knowledgeBaseId(request), readAddForm(form)), origin));
    },
  },
  {
    ...edit,
    method: "DELETE",
    path: "/delete-knowledge-base-source/:knowledge_base_id/source/:source_id",
    limiter: "general",
    query: {},
    handle: (request) => {
      const { world, params, origin } = request;
      return json(200, renderKnowledgeBase(world, deleteSource(world, knowledgeBaseId(request), params["source_id"] ?? ""), origin));
    },
  },
];

function knowledgeBaseId(request: RouteRequest): string {
  return request.params["knowledge_base_id"] ?? "";
}
