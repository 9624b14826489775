import type { Fields } from "../schema/schema.ts";
import { isObject, objects } from "../schema/validate.ts";
import { newIdentity } from "./world.ts";
import type { World } from "./world.ts";

/**
 * Gives every tool of a flow or a component an id, those of local components too: nodes name tools by it. The key became
 * required by October 2026; that the service makes one up before is inferred. With `generatedToolIds: "kept"` a tool
 * keeps the id of its namesake in `stored`.
 */
export function withToolIds(world: World, fields: Fields, stored: Fields = {}): Fields {
  const completed = { ...fields };
  if (Array.isArray(fields["tools"])) completed["tools"] = toolsWithIds(world, fields["tools"], objects(stored["tools"]));
  if (Array.isArray(fields["components"])) {
    const before = objects(stored["components"]);
    completed["components"] = fields["components"].map((part: unknown) =>
      isObject(part) ? withToolIds(world, part, before.find((one) => one["name"] === part["name"])) : part,
    );
  }
  return completed;
}

function toolsWithIds(world: World, tools: readonly unknown[], stored: readonly Fields[]): unknown[] {
  return tools.map((tool) => {
    if (!isObject(tool) || typeof tool["tool_id"] === "string") return tool;
    const before = world.options.generatedToolIds === "kept" ? stored.find((one) => one["name"] === tool["name"])?.["tool_id"] : undefined;
    return { ...tool, tool_id: typeof before === "string" ? before : newIdentity(world, "tool").id };
  });
}
