import { isJsonObject } from "../../src/canonical/json.ts";
import type { Json, JsonObject } from "../../src/canonical/json.ts";
import { SINGLE_EDGES } from "../../src/schema/ranges.ts";
import { consistentSpeech, consistentTools, objectsOf, uniqueBy } from "./make-consistent.ts";

/** Mends a flow: ids and names are unique, edges lead to nodes, nodes call tools and components that are there, and all are reached. */
export function consistentFlow(value: JsonObject): JsonObject {
  const tools = flowTools(value);
  const components = uniqueBy(objectsOf(value["components"]), "name");
  const names = components.map((component) => String(component["name"]));
  return {
    ...consistentBody(value, { tools, components: names }),
    ...(Array.isArray(value["tools"]) && { tools }),
    ...(Array.isArray(value["components"]) && { components: components.map((component) => consistentComponent(component, { tools, components: names })) }),
    ...(Array.isArray(value["knowledge_base_ids"]) && { knowledge_base_ids: [...new Set(value["knowledge_base_ids"])] }),
  };
}

interface Around {
  readonly tools: readonly JsonObject[];
  readonly components: readonly string[];
}

/** Mends a component; `around` is what the flow has that holds it. */
export function consistentComponent(value: JsonObject, around: Around = { tools: [], components: [] }): JsonObject {
  const tools = flowTools(value);
  const body = consistentBody(value, { tools: [...tools, ...around.tools], components: around.components });
  return { ...body, ...(Array.isArray(value["tools"]) && { tools }) };
}

const flowTools = (value: JsonObject): JsonObject[] => uniqueBy(objectsOf(consistentTools(objectsOf(value["tools"]), new Set())), "tool_id");

function consistentBody(value: JsonObject, around: Around): JsonObject {
  if (!Array.isArray(value["nodes"])) return value;
  const nodes = uniqueBy(objectsOf(value["nodes"]), "id");
  const ids = nodes.map((node) => String(node["id"]));
  return {
    ...value,
    ...(Array.isArray(value["mcps"]) && { mcps: uniqueBy(objectsOf(value["mcps"]), "name") }),
    ...(Array.isArray(value["notes"]) && { notes: uniqueBy(objectsOf(value["notes"]), "id") }),
    nodes: nodes.map((node, index) => consistentNode(node, { ...around, ids, index })),
    start_node_id: ids[0] ?? null,
  };
}

function consistentNode(value: JsonObject, around: Around & { readonly ids: readonly string[]; readonly index: number }): JsonObject {
  const { ids, index, tools, components } = around;
  const node: JsonObject = consistentSpeech({ ...value });
  const led = (edge: Json): Json => (isJsonObject(edge) ? { ...edge, destination_node_id: ids[(index + 1) % ids.length] ?? "" } : edge);
  for (const key of SINGLE_EDGES) if (node[key] !== undefined) node[key] = led(node[key]);
  for (const key of ["edges", "finetune_conversation_examples", "finetune_transition_examples"]) {
    if (Array.isArray(node[key])) node[key] = uniqueBy(objectsOf(node[key]), "id");
  }
  if (Array.isArray(node["edges"])) node["edges"] = node["edges"].map(led);
  // Not every node has an edge, so none is reached by edges alone.
  node["global_node_setting"] ??= { condition: "whenever it fits" };
  const toolIds = tools.map((tool) => String(tool["tool_id"]));
  if (Array.isArray(node["tool_ids"])) node["tool_ids"] = toolIds.slice(0, node["tool_ids"].length);
  if (node["type"] === "function") Object.assign(node, toolIds.length === 0 ? { tool_type: "shared" } : { tool_id: toolIds[0] ?? "" });
  if (node["type"] === "component") Object.assign(node, components.length === 0 ? { component_type: "shared" } : { component_id: components[0] ?? "" });
  if (Array.isArray(node["knowledge_base_ids"])) node["knowledge_base_ids"] = [...new Set(node["knowledge_base_ids"])];
  const called = Array.isArray(node["tool_ids"]) ? node["tool_ids"] : [];
  const taken = tools.filter((tool) => called.includes(tool["tool_id"] ?? null)).map((tool) => String(tool["name"]));
  if (Array.isArray(node["tools"])) node["tools"] = consistentTools(node["tools"], new Set(taken));
  const [mended = node] = consistentTools([{ ...node, name: node["name"] ?? "node" }], new Set());
  if (!isJsonObject(mended)) return node;
  return node["name"] === undefined ? Object.fromEntries(Object.entries(mended).filter(([key]) => key !== "name")) : { ...mended, name: node["name"] };
}
