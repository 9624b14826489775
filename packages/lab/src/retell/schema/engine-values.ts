import { chosenModel } from "./models.ts";
import { boolean, integer, number, object, oneOf, text, textMap } from "./schema.ts";
import type { Schema } from "./schema.ts";

// Values that several of Retell LLMs, conversation flows, components and nodes have in common.

/** How a knowledge base is asked. Source: API reference, Create Retell LLM. */
export const kbConfig: Schema = object({ top_k: integer(1, 10), filter_score: number(0, 1) });

/** A server of tools; its `mcp_id` is not among the documented keys. Source: retell-sdk 5.66.1, types. */
export const mcp: Schema = object(
  { name: text, url: text, headers: textMap, query_params: textMap, timeout_ms: number() },
  ["name", "url"],
);

/** The model of a flow or a node. Source: API reference, Create Conversation Flow. */
export const modelChoice: Schema = object({ type: oneOf("cascading"), model: chosenModel, high_priority: boolean }, ["type", "model"]);

/** A place on the canvas of the dashboard. */
export const position: Schema = object({ x: number(), y: number() });

/** A note on the canvas. Source: retell-sdk 5.66.1, types. */
export const note: Schema = object(
  { id: text, content: text, display_position: position, size: object({ width: number(), height: number() }) },
  ["id", "content", "display_position", "size"],
);
