import type { Json } from "../canonical/json.ts";

/** What in a workspace points at agents, as far as Retell's API tells it. */
export interface AgentUses {
  readonly phones: PhoneBindings;
  readonly handovers: Handovers;
}

/** Phone numbers by the id of the agent that serves them (calls and messages); unknown where they could not be read. */
export type PhoneBindings = { readonly kind: "known"; readonly numbers: ReadonlyMap<string, readonly string[]> } | { readonly kind: "unknown"; readonly problem: string };

/** Swaps and transfers by the id of the agent that they lead to; unknown where not everything could be read. */
export type Handovers = { readonly kind: "known"; readonly byAgent: ReadonlyMap<string, readonly Handover[]> } | { readonly kind: "unknown"; readonly problem: string };

/** Something that holds an agent's id. */
export interface Handover {
  /** The agent that does it, where it is one of the repository's. */
  readonly agent: string | undefined;
  /** What it is, in words: `the Retell LLM llm_1, which is not managed here`. */
  readonly holder: string;
}

/** True if a text anywhere inside holds the given one: an id stands in tools, nodes and settings of many kinds. */
export function holdsText(value: Json, text: string): boolean {
  if (typeof value === "string") return value.includes(text);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => holdsText(inner as Json, text));
}
