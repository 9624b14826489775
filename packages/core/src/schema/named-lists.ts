import type { Sourced } from "./field-schema.ts";
import { pathTable } from "./paths.ts";
import type { PathRow, PathTable, Place } from "./paths.ts";
import { LLM_TOOL_LISTS } from "./tool-paths.ts";

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

/** `fallback_voice_ids` is missing on purpose: Retell tries those voices in order. */
export const NAMED_LISTS: PathTable<NamedList> = pathTable<NamedList>([
  {
    paths: [...LLM_TOOL_LISTS.map((list) => list.slice(0, -2)), "llm.states"],
    identity: { by: "name" },
    source: `${SDK}: must be unique`,
    confidence: "documented",
  },
  {
    paths: ["agent.pre_session_tools", "agent.post_session_tools"],
    identity: { by: "name" },
    source: "API reference, OpenAPI revision 2026-10-04: unique within the phase's tools",
    confidence: "documented",
  },
  {
    paths: ["llm.mcps", "flow.mcps", "flow.tools", "agent.post_call_analysis_data", ...LLM_TOOL_LISTS.map((list) => `${list}.variables`)],
    identity: { by: "name" },
    source: "the name is what a result, variable or server is addressed by",
    confidence: "inferred",
  },
  {
    paths: ["flow.nodes[].tools"],
    identity: { by: "name" },
    source: `${SDK}: must be unique`,
    confidence: "documented",
  },
  {
    paths: ["flow.nodes", "flow.nodes[].edges"],
    identity: { by: "id" },
    source: "retell-sdk 5.66.1, conversation flow: unique inside the flow",
    confidence: "documented",
  },
  {
    paths: ["llm.knowledge_base_ids", "flow.knowledge_base_ids"],
    identity: { by: "value" },
    source: "a search asks all of them; no order is documented",
    confidence: "inferred",
  },
]);

/** How the items of the list at this place are told apart; `undefined` for a list that is one value. */
export const listIdentity = (place: Place): ListIdentity | undefined => NAMED_LISTS.find(place)?.identity;
