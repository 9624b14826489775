import type { Fields } from "../schema/schema.ts";
import { isObject, objects } from "../schema/validate.ts";

/** The nodes with one changed; throws if there is none with this id. */
export function changeNode(nodes: unknown, id: string, fields: Fields): Fields[] {
  requireNode(nodes, id);
  return objects(nodes).map((node) => (node["id"] === id ? { ...node, ...fields } : node));
}

/** The nodes without one; edges that led to it stay and lead nowhere, as when a person deletes it. */
export function removeNode(nodes: unknown, id: string): Fields[] {
  requireNode(nodes, id);
  return objects(nodes)
    .filter((node) => node["id"] !== id)
    .map((node) => withoutEdgesTo(node, id) as Fields);
}

function requireNode(nodes: unknown, id: string): void {
  if (!objects(nodes).some((node) => node["id"] === id)) throw new Error(`The flow has no node "${id}".`);
}

function withoutEdgesTo(value: unknown, id: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutEdgesTo(item, id));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !(key === "destination_node_id" && item === id))
      .map(([key, item]) => [key, withoutEdgesTo(item, id)]),
  );
}
