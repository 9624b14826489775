import { isSystemVariable } from "../prompt/system-variables.ts";
import { memberOf, textOf, type JsonNode, type ObjectNode } from "./json-node.ts";
import type { PromptConfig } from "./prompt-config.ts";

/** Where a name gets its value at run time, for messages. */
export type RuntimeNames = (name: string) => string | undefined;

/**
 * Answers what fills a name in a session: Retell itself, a default, a tool's output, or a declaration of the user;
 * undefined if nothing that the files show does.
 */
export function runtimeNames(parts: { readonly agent: ObjectNode; readonly engine: ObjectNode; readonly config: PromptConfig | undefined }): RuntimeNames {
  const names = new Map<string, string>();
  const add = (name: string, source: string): void => void (names.has(name) || names.set(name, source));
  const defaults = memberOf(parts.engine, "default_dynamic_variables");
  if (defaults?.kind === "object") for (const name of defaults.members.keys()) add(name, "default_dynamic_variables");
  for (const name of parts.config?.declared.keys() ?? []) add(name, "dynamic_variables");
  addOutputs(parts.engine, add);
  addOutputs(parts.agent, add);
  return (name) => (isSystemVariable(name) ? "Retell's system variables" : names.get(name));
}

/** Outputs of tools: `variables` of extraction tools and nodes, `response_variables` of tools that call something. */
function addOutputs(node: JsonNode, add: (name: string, source: string) => void): void {
  if (node.kind === "scalar") return;
  if (node.kind === "array") {
    for (const item of node.items) addOutputs(item, add);
    return;
  }
  const tool = `the tool ${JSON.stringify(textOf(memberOf(node, "name")) ?? "")}`;
  for (const [key, { value }] of node.members) {
    if (key === "response_variables" && value.kind === "object") {
      for (const name of value.members.keys()) add(name, tool);
    } else if (key === "variables" && value.kind === "array" && textOf(memberOf(node, "type"))?.startsWith("extract_dynamic_variable")) {
      for (const item of value.items) {
        const name = textOf(memberOf(item, "name"));
        if (name !== undefined) add(name, tool);
      }
    } else if (key !== "prompt_config") addOutputs(value, add);
  }
}
