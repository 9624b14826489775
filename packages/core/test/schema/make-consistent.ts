import { isJsonObject } from "../../src/canonical/json.ts";
import type { Json, JsonObject } from "../../src/canonical/json.ts";
import type { FieldKind } from "../../src/schema/field-schema.ts";
import { consistentComponent, consistentFlow } from "./make-flow-consistent.ts";

/** Mends what fields that were chosen one by one cannot know of each other. Deterministic; changes nothing that fits already. */
export function makeConsistent(kind: FieldKind, value: JsonObject): JsonObject {
  switch (kind) {
    case "agent":
    case "chat":
      return consistentAgent(value);
    case "llm":
      return consistentLlm(value);
    case "flow":
      return consistentFlow(value);
    case "component":
      return consistentComponent(value);
  }
}

function consistentAgent(value: JsonObject): JsonObject {
  const agent = consistentSpeech({ ...value });
  if (agent["voice_id"] === "") agent["voice_id"] = "retell-Cimo";
  for (const key of ["post_call_analysis_data", "post_chat_analysis_data", "pre_session_tools", "post_session_tools"]) {
    if (Array.isArray(agent[key])) agent[key] = consistentTools(agent[key], new Set());
  }
  return agent;
}

/** Settings for speech to text that every provider takes. */
export function consistentSpeech(value: JsonObject): JsonObject {
  if (isJsonObject(value["custom_stt_config"])) return { ...value, custom_stt_config: { ...value["custom_stt_config"], endpointing_ms: 500 } };
  return value["stt_mode"] === "custom" ? { ...value, custom_stt_config: { provider: "deepgram", endpointing_ms: 500 } } : value;
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

/** Tools, or items to extract, that may stand beside each other. */
export function consistentTools(tools: readonly Json[], taken: Set<string>): Json[] {
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

/** The objects of a list; none of anything else. */
export const objectsOf = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);

/** Renames later items until all values of the key differ; an empty one becomes a word. */
export function uniqueBy(items: readonly JsonObject[], key: string): JsonObject[] {
  const taken = new Set<string>();
  return items.map((item) => {
    const given = typeof item[key] === "string" && item[key] !== "" ? item[key] : "unnamed";
    let text = given;
    for (let number = 2; taken.has(text); number++) text = `${given}_${String(number)}`;
    taken.add(text);
    return { ...item, [key]: text };
  });
}
