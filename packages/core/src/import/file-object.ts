import { statedChannel, statedEngine } from "../canonical/canonical-form.ts";
import type { Content } from "../canonical/content.ts";
import { isJsonObject, objectFrom, own, type Json, type JsonObject } from "../canonical/json.ts";
import { objectInOrderOf } from "./natural-order.ts";
import type { SymbolicMember } from "./symbolic-member.ts";

/** The key of agent.json under which the engine's fields stand, and that of its main prompt. */
export interface EngineKey {
  readonly key: "llm_config" | "conversation_flow";
  readonly prompt: "general_prompt" | "global_prompt";
}

const ENGINE_KEYS: Readonly<Record<string, EngineKey & { readonly part: "llm" | "flow" }>> = {
  "retell-llm": { key: "llm_config", prompt: "general_prompt", part: "llm" },
  "conversation-flow": { key: "conversation_flow", prompt: "global_prompt", part: "flow" },
};

/** Undefined for a custom LLM. */
export function engineKeyOf(content: Content): EngineKey | undefined {
  return ENGINE_KEYS[statedEngine(content.agent) ?? ""];
}

/**
 * agent.json of one workspace, with its flow and prompts in it: the display name first, then what Retell answers in its
 * order, the engine last.
 */
export function fileObject({ content, live }: SymbolicMember): JsonObject {
  const engine = ENGINE_KEYS[statedEngine(content.agent) ?? ""];
  const { response_engine: stated, ...agent } = objectInOrderOf(content.agent, live.agent.raw);
  const fields = engine === undefined ? undefined : content[engine.part];
  const name = own(agent, "agent_name");
  return objectFrom([
    ["agent_name", name],
    ["channel", statedChannel(content.agent) === "chat" ? "chat" : undefined],
    ...Object.entries(agent).filter(([key]) => key !== "agent_name" && key !== "channel"),
    ...(engine === undefined ? ([["response_engine", stated]] as const) : []),
    ...(engine === undefined || fields === undefined ? [] : ([[engine.key, objectInOrderOf(fields, live.engine?.raw)]] as const)),
  ]);
}

/** The main prompt of an agent file, where it is a text. */
export function mainPrompt(file: JsonObject, engine: EngineKey): string | undefined {
  const fields = own(file, engine.key);
  const prompt = isJsonObject(fields) ? own(fields, engine.prompt) : undefined;
  return typeof prompt === "string" ? prompt : undefined;
}

/** The agent file with `prompt_config` in the place of its main prompt. */
export function withPromptConfig(file: JsonObject, engine: EngineKey, config: JsonObject): JsonObject {
  return withEngine(file, engine, (fields) => objectFrom(Object.entries(fields).map(([key, value]): [string, Json] => (key === engine.prompt ? ["prompt_config", config] : [key, value]))));
}

/** The agent file with another value for its engine. */
export function withEngine(file: JsonObject, { key: engine }: EngineKey, change: (fields: JsonObject) => Json): JsonObject {
  return objectFrom(Object.entries(file).map(([key, value]): [string, Json] => [key, key === engine && isJsonObject(value) ? change(value) : value]));
}
