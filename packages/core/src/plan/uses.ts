import type { Json, JsonObject } from "../canonical/json.ts";

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

/** The latest published version of every agent in a workspace, managed or not; unknown where not all could be read. */
export type PublishedVersions = { readonly kind: "known"; readonly all: readonly PublishedVersion[] } | { readonly kind: "unknown"; readonly problem: string };

/** The version of one agent that callers get, as Retell returned it. */
export interface PublishedVersion {
  readonly agentId: string;
  /** Its name, where it is one of the repository's. */
  readonly agent: string | undefined;
  /** What it is, in words: `version 3 of sales, which callers get`. */
  readonly holder: string;
  /** The agent's answer and the one of its engine. */
  readonly raws: readonly JsonObject[];
}

/** True if a text anywhere inside holds the given one: an id stands in tools, nodes and settings of many kinds. */
export function holdsText(value: Json, text: string): boolean {
  if (typeof value === "string") return value.includes(text);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => holdsText(inner as Json, text));
}
