import { isJsonObject } from "../../src/canonical/json.ts";
import type { Json, JsonObject } from "../../src/canonical/json.ts";
import type { FieldKind } from "../../src/schema/field-schema.ts";

/** Mends what fields that were chosen one by one cannot know of each other. Deterministic; changes nothing that fits already. */
export function makeConsistent(kind: FieldKind, value: JsonObject): JsonObject {
  return kind === "agent" ? consistentAgent(value) : consistentLlm(value);
}

function consistentAgent(value: JsonObject): JsonObject {
  const agent = { ...value };
  if (agent["voice_id"] === "") agent["voice_id"] = "retell-Cimo";
  // Every provider takes it.
  if (isJsonObject(agent["custom_stt_config"])) agent["custom_stt_config"] = { ...agent["custom_stt_config"], endpointing_ms: 500 };
  else if (agent["stt_mode"] === "custom") agent["custom_stt_config"] = { provider: "deepgram", endpointing_ms: 500 };
  for (const key of ["post_call_analysis_data", "pre_session_tools", "post_session_tools"]) {
    if (Array.isArray(agent[key])) agent[key] = consistentTools(agent[key], new Set());
  }
  return agent;
}

function consistentLlm(value: JsonObject): JsonObject {
  const llm = { ...value };
  if (llm["model"] !== undefined && llm["model"] !== null) delete llm["s2s_model"];
  const taken = new Set<string>();
  if (Array.isArray(llm["general_tools"])) llm["general_tools"] = consistentTools(llm["general_tools"], taken);
  if (Array.isArray(llm["mcps"])) llm["mcps"] = uniqueByName(llm["mcps"], new Set());
  if (Array.isArray(llm["knowledge_base_ids"])) llm["knowledge_base_ids"] = [...new Set(llm["knowledge_base_ids"])];
  if (!Array.isArray(llm["states"]) || llm["states"].length === 0) {
    delete llm["starting_state"];
    return llm;
  }
  const states = uniqueByName(llm["states"], new Set()).filter(isJsonObject);
  const names = states.map((state) => String(state["name"]));
  llm["states"] = states.map((state) => consistentState(state, { names, taken: new Set(taken) }));
  llm["starting_state"] = names[0] ?? null;
  return llm;
}

function consistentState(state: JsonObject, { names, taken }: { names: readonly string[]; taken: Set<string> }): JsonObject {
  const edges = state["edges"];
  const tools = state["tools"];
  return {
    ...state,
    ...(Array.isArray(edges) && {
      edges: edges.filter(isJsonObject).map((edge, index) => ({
        ...withRequiredParameters(edge),
        destination_state_name: names[index % names.length] ?? "",
      })),
    }),
    ...(Array.isArray(tools) && { tools: consistentTools(tools, taken) }),
  };
}

function consistentTools(tools: readonly Json[], taken: Set<string>): Json[] {
  return uniqueByName(tools, taken).map((tool) => {
    if (!isJsonObject(tool)) return tool;
    const variables = tool["variables"];
    const option = tool["transfer_option"];
    return {
      ...withRequiredParameters(tool),
      ...(Array.isArray(variables) && { variables: uniqueByName(variables, new Set()) }),
      ...(isJsonObject(option) && option["on_hold_music"] === "custom" && { transfer_option: { ...option, custom_on_hold_music_asset_id: "asset_1" } }),
    };
  });
}

/** `required` of a JSON Schema may only name properties. */
function withRequiredParameters(holder: JsonObject): JsonObject {
  const fixed = (schema: Json): Json =>
    isJsonObject(schema) && Array.isArray(schema["required"]) && isJsonObject(schema["properties"])
      ? { ...schema, required: Object.keys(schema["properties"]) }
      : schema;
  const parameters = holder["parameters"];
  if (parameters === undefined) return holder;
  return { ...holder, parameters: Array.isArray(parameters) ? parameters.map(fixed) : fixed(parameters) };
}

/** Renames later items until all names differ. Items whose name is one of a fixed set (analysis presets) are dropped instead. */
function uniqueByName(items: readonly Json[], taken: Set<string>): Json[] {
  return items.flatMap((item) => {
    if (!isJsonObject(item) || typeof item["name"] !== "string") return [item];
    let name = item["name"] === "" ? "unnamed" : item["name"];
    if (taken.has(name) && item["type"] === "system-presets") return [];
    for (let number = 2; taken.has(name); number++) name = `${item["name"]}_${String(number)}`;
    taken.add(name);
    return [{ ...item, name }];
  });
}
