import type { Sourced } from "./field-schema.ts";
import { pathTable } from "./paths.ts";
import type { PathRow, PathTable } from "./paths.ts";
import { LLM_TOOL_LISTS } from "./tool-paths.ts";

/** A key that users do not own: it is dropped from every canonical form. */
export interface ServerField extends PathRow, Sourced {
  /** `retell`: filled by the server. `suite`: written by these actions as their own note. */
  readonly owner: "retell" | "suite";
}

const SDK = "retell-sdk 5.66.1, response types";

/** Keys of agents and LLMs that Git does not decide. */
export const SERVER_FIELD_TABLE: PathTable<ServerField> = pathTable<ServerField>([
  {
    paths: [
      "agent.agent_id",
      "agent.version",
      "agent.base_version",
      "agent.is_published",
      "agent.assigned_tags",
      "agent.last_modification_timestamp",
      "llm.llm_id",
      "llm.version",
      "llm.is_published",
      "llm.last_modification_timestamp",
      "flow.conversation_flow_id",
      "flow.version",
      "flow.last_modification_timestamp",
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
    paths: ["agent.user_modified_timestamp"],
    owner: "retell",
    source: "API reference, v2/list-agents",
    confidence: "documented",
  },
  {
    // Writable by its type, but it always is the version of the agent.
    paths: ["agent.response_engine.version"],
    owner: "retell",
    source: "API reference and field reports on create-agent-version",
    confidence: "inferred",
  },
  {
    // Assigned by the server to items that users name; a tool of type `mcp` refers to a server by `mcp_id`, which is kept.
    paths: ["llm.mcps[].mcp_id", ...LLM_TOOL_LISTS.map((list) => `${list}.tool_id`)],
    owner: "retell",
    source: "API reference: mcp_id and tool_id are not among the writable fields of an LLM",
    confidence: "inferred",
  },
  {
    paths: ["agent.version_title", "agent.version_description"],
    owner: "suite",
    source: "these actions: the ownership mark stands in the title, commit and pull request in the description",
    confidence: "documented",
  },
]);

/** Keys of agent files that are the suite's and never reach Retell; other parts of the suite check them. */
export const SUITE_KEYS = {
  agent: ["$schema", "channel", "llm_config", "conversation_flow"],
  llm: ["$schema", "prompt_config"],
} as const;
