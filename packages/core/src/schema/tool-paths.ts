import type { PathPattern } from "./paths.ts";

/** What holds nodes, tools and servers: a flow, each of its own components, and a component that flows share. */
export const FLOW_BODIES = ["flow", "flow.components[]", "component"] as const;

/** Patterns for a field of everything that holds nodes. */
export const bodyPaths = (field: string): PathPattern[] => FLOW_BODIES.map((body) => `${body}.${field}`);

/** Patterns for a field of some types of nodes, wherever nodes are. `field` may hold conditions of its own. */
export const nodePaths = (types: string | readonly string[], field: string): PathPattern[] =>
  [types].flat().flatMap((type) => bodyPaths(`nodes[](type=${type}).${field}`));

/** The nodes that speak with the user, each with a model, voice settings and knowledge bases of its own. */
export const SPEAKING_NODES = ["conversation", "subagent"] as const;

/** The lists that hold tools of an LLM; a subagent node has such a list, too. */
export const LLM_TOOL_LISTS: readonly PathPattern[] = ["llm.general_tools[]", "llm.states[].tools[]", ...bodyPaths("nodes[].tools[]")];

/** The lists of tools that the nodes of a flow refer to by `tool_id`. */
export const FLOW_TOOL_LISTS: readonly PathPattern[] = bodyPaths("tools[]");

/** All lists of tools that a conversation can use. */
export const TOOL_LISTS: readonly PathPattern[] = [...LLM_TOOL_LISTS, ...FLOW_TOOL_LISTS];

const FLOW_TOOL_TYPES = ["custom", "integration_app", "check_availability_cal", "book_appointment_cal"];

const BEFORE_AND_AFTER = ["agent.pre_session_tools[]", "agent.post_session_tools[]", "chat.pre_session_tools[]", "chat.post_session_tools[]"];

const SESSION_LISTS: Readonly<Record<string, readonly PathPattern[]>> = {
  custom: BEFORE_AND_AFTER,
  code: BEFORE_AND_AFTER,
  integration_app: BEFORE_AND_AFTER,
  send_sms: ["agent.post_session_tools[]", "chat.post_session_tools[]"],
};

/** Patterns for a field of one type of tool in every list that may hold such a tool. `field` may hold conditions of its own. */
export function toolPaths(type: string, field: string): PathPattern[] {
  const lists = [...LLM_TOOL_LISTS, ...(FLOW_TOOL_TYPES.includes(type) ? FLOW_TOOL_LISTS : []), ...(SESSION_LISTS[type] ?? [])];
  return lists.map((list) => `${list}(type=${type}).${field}`);
}

/** `toolPaths` for several types. */
export const toolsPaths = (types: readonly string[], field: string): PathPattern[] => types.flatMap((type) => toolPaths(type, field));

/** Patterns for a field that a type of tool shares with the type of node of that name. */
export const toolAndNodePaths = (type: string, field: string): PathPattern[] => [...toolPaths(type, field), ...nodePaths(type, field)];

/** Patterns for the same field of voice and chat agents. */
export const agentPaths = (field: string): PathPattern[] => [`agent.${field}`, `chat.${field}`];

/** Every field that names a text model. */
export const MODEL_FIELDS: readonly PathPattern[] = [
  "llm.model",
  "flow.model_choice.model",
  ...bodyPaths("nodes[].model_choice.model"),
  "agent.post_call_analysis_model",
  "chat.post_chat_analysis_model",
];
