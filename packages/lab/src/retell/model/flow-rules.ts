import { validationError } from "../http/errors.ts";
import type { Fields } from "../schema/schema.ts";
import { calTools } from "../schema/tool-fields.ts";
import { objects } from "../schema/validate.ts";
import { refuseSilentMusic } from "./hold-music.ts";
import { refuseRepeated } from "./unique.ts";
import type { World } from "./world.ts";

/**
 * Rules between the parts of a flow, and of each of its components, checked on what would be stored. Whether what a node
 * names exists (nodes, tools, components, knowledge bases) is not checked, as nothing is documented. Throws the refusal.
 */
export function checkFlow(world: World, fields: Fields): void {
  checkComponent(world, fields);
  objects(fields["components"]).forEach((part, index) => checkPart(world, part, `request/body/components/${index}`));
}

/** The same for a component that stands alone. */
export function checkComponent(world: World, fields: Fields): void {
  checkPart(world, fields, "request/body");
}

/**
 * Ids of nodes are unique, and so are the names of tools available at a time: those of a subagent node and those that it
 * names. Source: API reference, Create Conversation Flow.
 */
function checkPart(world: World, part: Fields, path: string): void {
  const nodes = objects(part["nodes"]);
  const tools = objects(part["tools"]);
  refuseRepeated(nodes.map((node) => String(node["id"])), "Node id");
  for (const node of nodes) {
    const ids: readonly unknown[] = Array.isArray(node["tool_ids"]) ? node["tool_ids"] : [];
    const available = [...objects(node["tools"]), ...tools.filter((tool) => ids.includes(tool["tool_id"]))];
    refuseRepeated(available.map((tool) => String(tool["name"])), "Tool name");
  }
  refuseSilentMusic(nodes, `${path}/nodes`);
  nodes.forEach((node, index) => refuseSilentMusic(objects(node["tools"]), `${path}/nodes/${index}/tools`));
  if (world.options.acceptCalTools) return;
  refuseCalTools(tools, `${path}/tools`);
  nodes.forEach((node, index) => refuseCalTools(objects(node["tools"]), `${path}/nodes/${index}/tools`));
}

function refuseCalTools(tools: readonly Fields[], path: string): void {
  const retired = tools.findIndex((tool) => calTools.includes(String(tool["type"])));
  if (retired >= 0) throw validationError([`${path}/${retired}/type must be equal to one of the allowed values`]);
}
