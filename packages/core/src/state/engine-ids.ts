import { statedEngine } from "../canonical/canonical-form.ts";
import type { Content } from "../canonical/content.ts";
import type { AgentState } from "./agent-state.ts";

/** The engine's id under whichever of its two keys; null for a custom LLM, and where none is recorded. */
export function engineIdOf(state: Pick<AgentState, "llm_id" | "conversation_flow_id"> | undefined): string | null {
  return state?.llm_id ?? state?.conversation_flow_id ?? null;
}

/** The engine's id under the key of its kind: `llm_id`, or `conversation_flow_id` beside an empty `llm_id`. */
export function engineIds(content: Content, id: string | null): { llm_id: string | null; conversation_flow_id?: string } {
  return statedEngine(content.agent) === "conversation-flow" && id !== null ? { llm_id: null, conversation_flow_id: id } : { llm_id: id };
}
