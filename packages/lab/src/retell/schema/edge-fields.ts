import { listOf, number, object, oneOf, text } from "./schema.ts";
import type { ObjectSchema, Schema } from "./schema.ts";

// Edges of a conversation flow and what is taught by example. Source: retell-sdk 5.66.1, types; the limit of equations
// from the API reference, Create Conversation Flow.

const operators = oneOf("==", "!=", ">", ">=", "<", "<=", "contains", "not_contains", "exists", "not_exist");
const equations: Schema = {
  type: "array",
  items: object({ left: text, operator: operators, right: text }, ["left", "operator"]),
  maxItems: 50,
};
const equation = { type: text, equations, operator: oneOf("||", "&&") };

/** Whether a tool runs at all. Source: OpenAPI document of 2026-10-04. */
export const toolCondition: Schema = { type: "variants", variants: { equation: object(equation, ["equations", "operator"]) } };

/** An edge; one with a fixed place in its node has the text that the dashboard shows there as the prompt of equations. */
function edgeSchema(label?: string): ObjectSchema {
  const condition: Schema = {
    type: "variants",
    variants: {
      prompt: object({ type: text, prompt: text }, ["prompt"]),
      equation: object({ ...equation, ...(label === undefined ? {} : { prompt: oneOf(label) }) }, ["equations", "operator"]),
    },
  };
  return object({ id: text, transition_condition: condition, destination_node_id: text }, ["id", "transition_condition"]);
}

export const edges: Schema = listOf(edgeSchema());
export const alwaysEdge = edgeSchema("Always");
export const elseEdge = edgeSchema("Else");
export const skipResponseEdge = edgeSchema("Skip response");
export const transferFailedEdge = edgeSchema("Transfer failed");
export const sentEdge = edgeSchema("Sent successfully");
export const notSentEdge = edgeSchema("Failed to send");

const transcript = listOf({
  type: "either",
  options: [
    object({ role: oneOf("agent", "user"), content: text }, ["role", "content"]),
    object({ role: oneOf("tool_call_invocation"), tool_call_id: text, name: text, arguments: text }, ["role", "tool_call_id", "name", "arguments"]),
    object({ role: oneOf("tool_call_result"), tool_call_id: text, content: text }, ["role", "tool_call_id", "content"]),
  ],
});

export const conversationExamples: Schema = listOf(object({ id: text, transcript }, ["id", "transcript"]));
export const transitionExamples: Schema = listOf(object({ id: text, transcript, destination_node_id: text }, ["id", "transcript"]));

/** A node that can be reached from everywhere. */
export const globalNodeSetting: Schema = object(
  {
    condition: text,
    cool_down: number(),
    go_back_conditions: edges,
    negative_finetune_examples: listOf(object({ transcript }, ["transcript"])),
    positive_finetune_examples: listOf(object({ transcript }, ["transcript"])),
  },
  ["condition"],
);
