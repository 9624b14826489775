import type { PathPattern } from "./paths.ts";

/** The lists of an LLM that hold tools. */
export const LLM_TOOL_LISTS = ["llm.general_tools[]", "llm.states[].tools[]"] as const;

const SESSION_LISTS: Readonly<Record<string, readonly string[]>> = {
  custom: ["agent.pre_session_tools[]", "agent.post_session_tools[]"],
  code: ["agent.pre_session_tools[]", "agent.post_session_tools[]"],
  integration_app: ["agent.pre_session_tools[]", "agent.post_session_tools[]"],
  send_sms: ["agent.post_session_tools[]"],
};

/** Patterns for a field of one type of tool in every list that may hold such a tool. `field` may hold conditions of its own. */
export function toolPaths(type: string, field: string): PathPattern[] {
  return [...LLM_TOOL_LISTS, ...(SESSION_LISTS[type] ?? [])].map((list) => `${list}(type=${type}).${field}`);
}

/** `toolPaths` for several types. */
export const toolsPaths = (types: readonly string[], field: string): PathPattern[] => types.flatMap((type) => toolPaths(type, field));
