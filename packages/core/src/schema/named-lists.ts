import type { Sourced } from "./field-schema.ts";
import { pathTable } from "./paths.ts";
import type { PathRow, PathTable, Place } from "./paths.ts";
import { LLM_TOOL_LISTS, TOOL_LISTS, agentPaths, bodyPaths } from "./tool-paths.ts";

/** How the items of a list are told apart when two versions of it are compared. */
export type ListIdentity =
  /** By that key of each item; order is layout. */
  | { readonly by: "name" | "id" }
  /** Each item is its own identity and order means nothing. */
  | { readonly by: "value" };

/** Lists with identified items. Any other list is one value: its order counts and it is compared whole. */
export interface NamedList extends PathRow, Sourced {
  readonly identity: ListIdentity;
}

const SDK = "retell-sdk 5.66.1, field comment";

const EXAMPLES = ["finetune_conversation_examples", "finetune_transition_examples"];

/** `fallback_voice_ids` is missing on purpose: Retell tries those voices in order. */
export const NAMED_LISTS: PathTable<NamedList> = pathTable<NamedList>([
  {
    // A flow's tool has a `tool_id` too, but Retell makes one up where there is none; its name is what people and the model know.
    paths: [...TOOL_LISTS.map((list) => list.slice(0, -2)), "llm.states"],
    identity: { by: "name" },
    source: `${SDK}: must be unique`,
    confidence: "documented",
  },
  {
    paths: ["pre_session_tools", "post_session_tools"].flatMap(agentPaths),
    identity: { by: "name" },
    source: "API reference, OpenAPI revision 2026-10-04: unique within the phase's tools",
    confidence: "documented",
  },
  {
    paths: [
      "llm.mcps",
      ...bodyPaths("mcps"),
      "flow.components",
      "agent.post_call_analysis_data",
      "chat.post_chat_analysis_data",
      ...LLM_TOOL_LISTS.map((list) => `${list}.variables`),
      ...bodyPaths("nodes[].variables"),
    ],
    identity: { by: "name" },
    source: "the name is what a result, variable, server or component is addressed by",
    confidence: "inferred",
  },
  {
    // Not the edges of a node: of their equations the first that is true wins (docs, Conversation flow, Transition condition), so
    // their order is content and the list is one value.
    paths: [
      ...bodyPaths("nodes"),
      ...bodyPaths("nodes[].global_node_setting.go_back_conditions"),
      ...EXAMPLES.flatMap((examples) => bodyPaths(`nodes[].${examples}`)),
      ...bodyPaths("notes"),
    ],
    identity: { by: "id" },
    source: `${SDK}: unique identifier`,
    confidence: "documented",
  },
  {
    paths: [
      "llm.knowledge_base_ids",
      "flow.knowledge_base_ids",
      ...bodyPaths("nodes[].knowledge_base_ids"),
      ...bodyPaths("nodes[].tool_ids"),
    ],
    identity: { by: "value" },
    source: "all of them are searched or offered; no order is documented",
    confidence: "inferred",
  },
]);

/** How the items of the list at this place are told apart; `undefined` for a list that is one value. */
export const listIdentity = (place: Place): ListIdentity | undefined => NAMED_LISTS.find(place)?.identity;
