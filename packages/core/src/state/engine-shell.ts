import { objectFrom, own, type JsonObject } from "../canonical/json.ts";
import { MAIN_PROMPT } from "../project/prompt-texts.ts";

/** The parts of the content that Retell keeps as engines. */
type EnginePart = keyof typeof MAIN_PROMPT;

/** Fields that Retell takes only when an engine is created, or that exclude each other later. */
const CREATE_FIELDS = ["start_speaker", "model", "s2s_model", "is_transfer_llm", "model_choice", "is_transfer_cf"] as const;

/** Settings that Retell asks for and that may stay where Git is silent. Source: API reference, Create Retell LLM and Create Conversation Flow. */
const NEEDED: Record<EnginePart, JsonObject> = {
  llm: { start_speaker: "agent" },
  flow: { start_speaker: "agent", model_choice: { type: "cascading", model: "gpt-4.1" } },
};

/** A flow cannot be without nodes. */
const STAND_INS: Record<EnginePart, JsonObject> = {
  llm: {},
  flow: { nodes: [{ id: "start", type: "conversation", instruction: { type: "prompt", text: "" }, edges: [] }] },
};

/**
 * What an engine is created with: as little as Retell takes, and our mark as its main prompt, by which it is found again
 * when the answer gets lost. The content follows in a second write.
 */
export function engineShell(part: EnginePart, content: JsonObject, mark: string): JsonObject {
  return objectFrom([...Object.entries(NEEDED[part]), ...CREATE_FIELDS.map((key) => [key, own(content, key)] as const), ...Object.entries(standIns(part, mark))]);
}

/** The values of a shell that stand in for content: nothing of them is to stay. */
export function standIns(part: EnginePart, mark: string): JsonObject {
  return { ...STAND_INS[part], [MAIN_PROMPT[part]]: mark };
}
