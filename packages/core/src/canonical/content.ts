import type { JsonObject } from "./json.ts";

/** The parts of an agent's configuration that Retell keeps as separate resources; a shared component is a content of one part. */
export const PARTS = ["agent", "llm", "flow", "component"] as const;
export type Part = (typeof PARTS)[number];

/** How callers reach an agent. It is chosen when an agent is made and never changes. */
export type Channel = "voice" | "chat";

/**
 * An agent's whole configuration: the agent's own fields and those of its engine, where Retell holds one. This is the
 * shape of `sent` and `seen` in the state, and of the desired and live sides of every comparison. It describes itself:
 * the agent part states the kind of engine (`response_engine.type`) and, for a chat agent, `"channel": "chat"`.
 */
export type Content = { agent: JsonObject; llm?: JsonObject; flow?: JsonObject; component?: JsonObject };

/** A shared component as a content: it has no part but its own. */
export function componentContent(component: JsonObject): Content {
  return { component } as Partial<Content> as Content;
}
