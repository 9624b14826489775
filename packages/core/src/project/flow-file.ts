import { memberOf, textOf, withMember, type ObjectNode } from "./json-node.ts";
import type { ProblemSink } from "./problem-sink.ts";
import { quoted } from "./quoted.ts";

/** How agent.json names a flow that stands in a file of its own. */
export const FLOW_FILE = "flow.json";
export const FLOW_STATEMENT = `./${FLOW_FILE}`;

/**
 * agent.json with the flow of `flow.json` in the place of its name, so that everything after it, overlays too, need not know
 * where the flow is written. Undefined where it names a flow that cannot be read; a problem says so.
 */
export function withFlowFile(
  from: { readonly config: ObjectNode; readonly flow: ObjectNode | undefined },
  sink: ProblemSink,
): ObjectNode | undefined {
  const { config, flow } = from;
  const stated = memberOf(config, "conversation_flow");
  const name = textOf(stated);
  if (stated === undefined || name === undefined) {
    if (flow !== undefined) {
      sink.warn({ code: "unused-flow-file", at: flow.origin, message: "agent.json does not name this file, so it does nothing.", hint: `Write "conversation_flow": "${FLOW_STATEMENT}" in agent.json, or remove the file.` });
    }
    return config;
  }
  if (name !== FLOW_STATEMENT) {
    sink.error({ code: "invalid-flow-file", at: stated.origin, message: `conversation_flow is ${quoted(name)}, which names no flow.`, hint: `Write the flow itself, or "${FLOW_STATEMENT}" for a file of that name beside agent.json.` });
    return undefined;
  }
  if (flow === undefined) {
    sink.error({ code: "missing-flow-file", at: stated.origin, message: `There is no readable ${FLOW_FILE} beside agent.json.`, hint: "Add it, or write the flow itself." });
    return undefined;
  }
  return withMember(config, "conversation_flow", withMember(flow, "$schema", undefined));
}
