import type { Json } from "../canonical/json.ts";
import type { JsonPath } from "./field-schema.ts";
import { quote } from "./field-text.ts";
import { memberOf } from "./paths.ts";
import { isSet, itemsOf, reportDuplicates } from "./together.ts";
import type { Together } from "./together.ts";

/**
 * Checks where the edges of a flow or component lead, and which nodes they reach. An edge without a destination is unfinished, but
 * Retell takes it. Of one that leads to a node that is gone nothing is documented, so a flow that a workspace holds must pass.
 */
export function checkNodeEdges({ value, root, list }: Together): void {
  const given = memberOf(value, "nodes");
  if (!Array.isArray(given)) return;
  const nodes = given.map((node, index) => ({ node, id: memberOf(node, "id"), edges: edgesOf(node), path: [...root, "nodes", index] }));
  const ids = new Set(nodes.map(({ id }) => id));
  for (const { node, edges, path } of nodes) {
    reportDuplicates({ items: itemsOf(memberOf(node, "edges")), path: [...path, "edges"], what: "edge of this node", list, key: "id", severity: "warning" });
    for (const edge of edges) {
      if (edge.target === undefined || ids.has(edge.target)) continue;
      list.add({
        code: "unknown-reference",
        severity: "warning",
        path: [...path, ...edge.path, "destination_node_id"],
        message: `The edge leads to ${quote(edge.target)}, but no node beside this one has that id.`,
      });
    }
  }
  const start = memberOf(value, "start_node_id");
  if (!isSet(start) || typeof start !== "string") return;
  if (!ids.has(start)) {
    list.add({
      code: "unknown-reference",
      severity: "warning",
      path: [...root, "start_node_id"],
      message: `\`start_node_id\` is ${quote(start)}, but no node has that id.`,
    });
    return;
  }
  const reached = reachedFrom(start, nodes);
  for (const { id, path } of nodes) {
    if (typeof id !== "string" || reached.has(id)) continue;
    list.add({
      code: "unreached-node",
      severity: "warning",
      path,
      message: `No way leads from the start to the node ${quote(id)}. Let an edge lead to it, give it a \`global_node_setting\`, or remove it.`,
    });
  }
}

interface Edge {
  /** From the node. */
  readonly path: JsonPath;
  readonly target: string | undefined;
}

interface NodeEdges {
  readonly node: Json;
  readonly id: Json | undefined;
  readonly edges: readonly Edge[];
}

/** All edges of a node, also those of types of nodes that are not known yet: each stands in a field called an edge, or in `edges`. */
function edgesOf(node: Json): Edge[] {
  if (typeof node !== "object" || node === null || Array.isArray(node)) return [];
  return Object.entries(node).flatMap(([key, value]): Edge[] => {
    if (key === "edges") return itemsOf(value).map((edge, index) => ({ path: [key, index], target: targetOf(edge) }));
    return key === "edge" || key.endsWith("_edge") ? [{ path: [key], target: targetOf(value) }] : [];
  });
}

function targetOf(edge: Json): string | undefined {
  const target = memberOf(edge, "destination_node_id");
  return typeof target === "string" && target !== "" ? target : undefined;
}

/** The nodes that a conversation can come to: by edges from the start, and global ones from anywhere. */
function reachedFrom(start: string, nodes: readonly NodeEdges[]): Set<string> {
  const edges = new Map<Json | undefined, readonly Edge[]>(nodes.map((node) => [node.id, node.edges]));
  const globals = nodes.filter(({ node }) => isSet(memberOf(node, "global_node_setting"))).flatMap(({ id }) => (typeof id === "string" ? [id] : []));
  const reached = new Set<string>();
  const ahead = [start, ...globals];
  for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    for (const { target } of edges.get(id) ?? []) if (target !== undefined) ahead.push(target);
  }
  return reached;
}
