import type { JsonObject } from "./json.ts";

/** The parts of an agent's configuration that Retell keeps as separate resources. */
export const PARTS = ["agent", "llm", "flow"] as const;
export type Part = (typeof PARTS)[number];

/**
 * An agent's whole configuration: the agent's own fields and those of its engine, where Retell holds one. This is the
 * shape of `sent` and `seen` in the state, and of the desired and live sides of every comparison.
 */
export type Content = { agent: JsonObject; llm?: JsonObject; flow?: JsonObject };
