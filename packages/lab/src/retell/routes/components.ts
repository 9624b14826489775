import type { ComponentRecord } from "../data.ts";
import { page } from "../http/pagination.ts";
import { pageRules } from "../http/query.ts";
import { json, noContent } from "../http/reply.ts";
import type { Route, RouteRequest } from "../http/router.ts";
import { createComponent, deleteComponent, findComponent, linkedFlows, updateComponent } from "../model/components.ts";
import { renderComponent } from "../model/render.ts";
import type { World } from "../model/world.ts";
import type { Fields } from "../schema/schema.ts";

const read = { permission: { group: "agent", level: "read" }, write: false } as const;
const edit = { permission: { group: "agent", level: "edit" }, write: true } as const;

/** Components that flows share; without versions. Source: API reference, Conversation Flow Component. */
export const componentRoutes: readonly Route[] = [
  {
    ...edit,
    method: "POST",
    path: "/create-conversation-flow-component",
    limiter: "general",
    query: {},
    handle: ({ world, body }) => json(201, shown(world, createComponent(world, body, "api"))),
  },
  {
    ...read,
    method: "GET",
    path: "/get-conversation-flow-component/:component_id",
    limiter: "general",
    query: {},
    handle: (request) => json(200, shown(request.world, findComponent(request.world, componentId(request)))),
  },
  {
    ...edit,
    method: "PATCH",
    path: "/update-conversation-flow-component/:component_id",
    limiter: "general",
    query: {},
    handle: (request) => {
      const { world, body } = request;
      return json(200, shown(world, updateComponent(world, { id: componentId(request), body, writer: "api" })));
    },
  },
  {
    ...read,
    method: "GET",
    path: "/v2/list-conversation-flow-components",
    limiter: "list",
    query: pageRules,
    handle: ({ world, query }) => {
      const listed = [...world.data.components.values()].map((one) => ({ order: one.created, item: shown(world, one) }));
      return json(200, page(listed, query));
    },
  },
  {
    ...edit,
    method: "DELETE",
    path: "/delete-conversation-flow-component/:component_id",
    limiter: "general",
    query: {},
    handle: (request) => {
      deleteComponent(request.world, componentId(request));
      return noContent();
    },
  },
];

function shown(world: World, component: ComponentRecord): Fields {
  return renderComponent(component, linkedFlows(world, component.id), world.options);
}

function componentId(request: RouteRequest): string {
  return request.params["component_id"] ?? "";
}
