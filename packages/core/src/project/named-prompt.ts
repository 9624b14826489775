import { textOf, type JsonNode, type ScalarNode } from "./json-node.ts";
import type { ProblemSink } from "./problem-sink.ts";
import { wrongType } from "./prompt-config.ts";

/** The key that puts sections in the place of a text: `{"$prompt": "base/greeting"}`, or a list of them. */
export const NAMED_PROMPT = "$prompt";

/** The sections that a value names; undefined for any other value. What has the wrong form is a problem and left out. */
export function namedSections(node: JsonNode, sink: ProblemSink): ScalarNode[] | undefined {
  const member = node.kind === "object" ? node.members.get(NAMED_PROMPT) : undefined;
  if (node.kind !== "object" || member === undefined) return undefined;
  for (const [key, other] of node.members) {
    if (key === NAMED_PROMPT) continue;
    sink.error({ code: "unknown-key", at: other.key, message: `"${NAMED_PROMPT}" stands alone in its object.`, hint: `Remove ${JSON.stringify(key)}; variables and overrides stand in prompt_config.` });
  }
  const items = member.value.kind === "array" ? member.value.items : [member.value];
  if (items.length === 0) sink.error({ code: "empty-sections", at: member.value.origin, message: `"${NAMED_PROMPT}" names no section.`, hint: "Name at least one section, or write the text itself." });
  return items.flatMap((item) => {
    if (item.kind === "scalar" && textOf(item) !== undefined) return [item];
    wrongType(`"${NAMED_PROMPT}"`, "the name of a section, or a list of them", item.origin, sink);
    return [];
  });
}
