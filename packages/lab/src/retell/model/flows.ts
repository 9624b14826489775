import { messages } from "../http/errors.ts";
import { flowFields, flowRequired } from "../schema/flow-fields.ts";
import type { EngineRules } from "./engines.ts";
import { checkFlow } from "./flow-rules.ts";
import { withToolIds } from "./tool-ids.ts";

/** What a conversation flow has of its own among the engines. */
export const flowRules: EngineRules = {
  kind: "conversation-flow",
  idPrefix: "conversation_flow",
  published: messages.publishedFlow,
  resource: () => ({ on: "conversation-flow", table: flowFields, required: flowRequired }),
  before: (_, stored) => stored,
  check: (world, { fields }) => checkFlow(world, fields),
  complete: (world, { fields, stored }) => withToolIds(world, fields, stored),
};
