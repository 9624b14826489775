/** The field that `prompt_config.sections` build, by part. */
export const MAIN_PROMPT = { llm: "general_prompt", flow: "global_prompt" } as const;

/**
 * True for the texts in which build-time variables are replaced: what the model is told, and what the agent says first. In a
 * flow that is the global prompt and the instruction of every node, also within components.
 */
export function isPromptText(part: "llm" | "flow", path: readonly (string | number)[]): boolean {
  const [first, , third] = path;
  if (part === "flow") return path.length === 1 ? first === MAIN_PROMPT.flow : path.at(-2) === "instruction" && path.at(-1) === "text";
  if (path.length === 1) return first === MAIN_PROMPT.llm || first === "begin_message";
  return path.length === 3 && first === "states" && third === "state_prompt";
}
