import type { FieldKind, Sourced } from "./field-schema.ts";
import { pathTable } from "./paths.ts";
import type { PathRow, PathTable } from "./paths.ts";
import { LLM_TOOL_LISTS, agentPaths, bodyPaths } from "./tool-paths.ts";

/** A key that users do not own: it is dropped from every canonical form. */
export interface ServerField extends PathRow, Sourced {
  /** `retell`: filled by the server. `suite`: written by these actions as their own note. */
  readonly owner: "retell" | "suite";
}

const SDK = "retell-sdk 5.66.1, response types";

/** Keys that Git does not decide. */
export const SERVER_FIELD_TABLE: PathTable<ServerField> = pathTable<ServerField>([
  {
    paths: [
      ...["agent_id", "version", "base_version", "is_published", "assigned_tags", "last_modification_timestamp"].flatMap(agentPaths),
      "llm.llm_id",
      "llm.version",
      "llm.is_published",
      "llm.last_modification_timestamp",
      "flow.conversation_flow_id",
      "flow.version",
      "flow.last_modification_timestamp",
      "component.conversation_flow_component_id",
      "component.user_modified_timestamp",
      "component.linked_conversation_flow_ids",
    ],
    owner: "retell",
    source: SDK,
    confidence: "typed",
  },
  {
    paths: ["flow.is_published"],
    owner: "retell",
    source: "seen in answers of the live API; the SDK's types lack it",
    confidence: "field-report",
  },
  {
    // Only items of v2/list-agents have it; dropped so that such an item can be compared with an agent.
    paths: agentPaths("user_modified_timestamp"),
    owner: "retell",
    source: "API reference, v2/list-agents",
    confidence: "documented",
  },
  {
    // Writable by its type, but it always is the version of the agent.
    paths: agentPaths("response_engine.version"),
    owner: "retell",
    source: "API reference and field reports on create-agent-version",
    confidence: "inferred",
  },
  {
    // Assigned by the server to items that users name; a tool or node of type `mcp` refers to a server by `mcp_id`, which is kept. So is
    // the `tool_id` of a flow's own tools, by which its nodes call them.
    paths: ["llm.mcps[].mcp_id", ...bodyPaths("mcps[].mcp_id"), ...LLM_TOOL_LISTS.map((list) => `${list}.tool_id`)],
    owner: "retell",
    source: "API reference: mcp_id and tool_id are not among the writable fields of an LLM, a server or a node's own tool",
    confidence: "inferred",
  },
  {
    paths: [...agentPaths("version_title"), ...agentPaths("version_description")],
    owner: "suite",
    source: "these actions: the ownership mark stands in the title, commit and pull request in the description",
    confidence: "documented",
  },
]);

const AGENT_KEYS = ["$schema", "channel", "llm_config", "conversation_flow"];

/** Keys of users' files that are the suite's and never reach Retell; other parts of the suite check them. */
export const SUITE_KEYS: Readonly<Record<FieldKind, readonly string[]>> = {
  agent: AGENT_KEYS,
  chat: AGENT_KEYS,
  llm: ["$schema", "prompt_config"],
  flow: ["$schema", "prompt_config"],
  component: ["$schema"],
};
